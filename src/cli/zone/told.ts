import type { ZoneChange } from '../../dns/zone-change.ts';

/** What a file tells of tasks and cluster. */
export interface Told {
  readonly change: ZoneChange;
  /** What is missing in it, and why: sentences. */
  readonly notes: readonly string[];
}
