import { recent } from './room.ts';
import type { HistoryEntry, Rollout } from './rollout.ts';

/** Beyond that the oldest go: a book must stay small. */
const MOST_ENTRIES = 200;

/** Who has decided something, and when. */
export interface Who {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

export const withHistory = (rollout: Rollout, what: readonly string[], { by, at }: Who): Rollout => {
  const added = what.map((text): HistoryEntry => ({ at, by, what: text }));
  return { ...rollout, history: recent([...rollout.history, ...added].slice(-MOST_ENTRIES)) };
};
