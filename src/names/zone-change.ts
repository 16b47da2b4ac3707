import type { NamedCluster, NamedTask } from '../dns/named-task.ts';

/** What becomes of the tasks of a zone. */
export interface ZoneChange {
  readonly put?: readonly NamedTask[];
  /** Keys. */
  readonly drop?: readonly string[];
  readonly cluster?: NamedCluster;
}
