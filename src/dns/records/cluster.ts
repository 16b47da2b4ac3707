import type { NamedCluster } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import { agentRecords } from './agents.ts';
import { dcosClusterRecords } from './dcos-cluster.ts';
import type { Emit } from './emit.ts';
import { frameworkRecords } from './frameworks.ts';
import { masterRecords } from './masters.ts';

/** All records of what a cluster has besides tasks. */
export const clusterRecords = (cluster: NamedCluster, naming: Naming, emit: Emit): void => {
  for (const framework of cluster.frameworks) frameworkRecords(framework, naming, emit);
  agentRecords(cluster, naming, emit);
  masterRecords(cluster, naming, emit);
  if (naming.dcos !== undefined) dcosClusterRecords(cluster, naming.dcos, emit);
};
