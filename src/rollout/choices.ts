/** What may be chosen at the start of a rollout; RolloutOptions says what each is. */

export const SURGES = ['full', 'matched'] as const;
export const AT_DRAIN_LIMIT = ['wait', 'close'] as const;
export const SPLIT_BY = ['request', 'user'] as const;
