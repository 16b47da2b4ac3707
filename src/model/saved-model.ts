import type { AppEntry } from './model.ts';

/** What was saved, as it was then. */
export interface SavedModel {
  /** ISO 8601. */
  readonly savedAt: string;
  readonly apps: readonly AppEntry[];
  readonly hosts: ReadonlyMap<string, string>;
}
