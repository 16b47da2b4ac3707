import type { NamedCluster, NamedTask } from '../../dns/named-task.ts';

/** What is to be told to the zone: what is new or other than before, what is gone, and the cluster where it changed. */
export interface MesosChange {
  readonly put?: readonly NamedTask[];
  /** Keys. */
  readonly drop?: readonly string[];
  readonly cluster?: NamedCluster;
}
