import { addressesData } from '../address.ts';
import { knownName, type Name } from '../name.ts';
import type { NamedCluster } from '../named-task.ts';
import type { DcosNames } from '../naming.ts';
import { below, type Emit, emitAddresses } from './emit.ts';
import { leadingMaster, mastersInOrder } from './masters.ts';

const ZK: Name = knownName('zk');
const ZK_NAMES = 5;

/** Names of DC/OS for the masters: 'leader.dcos.thisdcos.directory', 'master...', and 'zk-1.zk' to 'zk-5.zk', over which the masters are dealt out. */
export const dcosClusterRecords = (cluster: NamedCluster, { domain }: DcosNames, emit: Emit): void => {
  const masters = mastersInOrder(cluster);
  const leader = leadingMaster(cluster);
  if (leader !== undefined) emit(below(domain, 'leader'), leader.type, leader.data);
  for (const { type, data } of masters) emit(below(domain, 'master'), type, data);
  for (let at = 0; at < ZK_NAMES; at += 1) {
    const master = masters[at % masters.length];
    if (master !== undefined) emit(below(ZK, `zk-${at + 1}`), master.type, master.data);
  }
};

const SPARTAN: Name = knownName('spartan');

/** 'ready.spartan' tells that this answers; 'ns.spartan' is where DC/OS has its responder. */
export const spartanRecords = (emit: Emit): void => {
  emitAddresses(emit, below(SPARTAN, 'ready'), addressesData(['127.0.0.1']));
  emitAddresses(emit, below(SPARTAN, 'ns'), addressesData(['198.51.100.1']));
};
