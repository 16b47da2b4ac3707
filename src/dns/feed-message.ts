import type { ZoneChange } from './zone-change.ts';

/** How far what is served can be believed. */
export interface Freshness {
  /** `not-ready`: nothing was ever read, or it is not all here yet. `stale`: where it comes from cannot be asked. */
  readonly state: 'not-ready' | 'fresh' | 'stale';
  /** Date.now() of the last read that confirmed it; of `not-ready`: of the start. */
  readonly sinceMs: number;
}

/** What the process that knows tells those that answer. Plain data, in order. */
export type FeedMessage =
  /** Until `whole-end` changes say everything there is: what they do not name is gone then. */
  | { readonly kind: 'whole-begin' }
  | { readonly kind: 'whole-end' }
  | { readonly kind: 'change'; readonly change: ZoneChange }
  | { readonly kind: 'freshness'; readonly freshness: Freshness };
