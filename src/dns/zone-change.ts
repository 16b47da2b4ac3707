import type { NamedCluster, NamedTask } from './named-task.ts';
import type { StaticRecord } from './static-record.ts';

/** What readers see at once. Plain data: it goes between processes. */
export interface ZoneChange {
  /** New tasks, and what became of known ones. */
  readonly put?: readonly NamedTask[];
  /** Keys of tasks that are gone. One that is also in `put` stays. */
  readonly drop?: readonly string[];
  /** In place of what was known of the cluster. */
  readonly cluster?: NamedCluster;
  /** In place of all static records. */
  readonly records?: readonly StaticRecord[];
}
