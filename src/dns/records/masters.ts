import { type AddressData, addressData } from '../address.ts';
import type { NamedCluster } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import { TYPE } from '../record.ts';
import { below, type Emit, emitAddresses, srvData } from './emit.ts';
import { isPort } from './host-ports.ts';
import { emitPointers, POINTER_RANK } from './pointers.ts';

interface Master {
  readonly address: AddressData;
  readonly port: number;
}

/** 'ip:port', '[v6]:port'. Undefined: it is none. */
const toMaster = (text: string): Master | undefined => {
  const [, v6, v4, port = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = addressData(v6 ?? v4 ?? '');
  return address === undefined ? undefined : { address, port: Number(port) };
};

const isSame = (a: Master, b: Master): boolean => a.address.data === b.address.data && a.port === b.port;

/**
 * All masters in the order of their numbers, each address once. The leader has the number of its place in the list, and the last if it is not in there. While
 * nobody leads, or nobody knows, those that are known stay.
 */
export const mastersInOrder = (cluster: NamedCluster): readonly AddressData[] => {
  const leader = toMaster(cluster.leader ?? '');
  const known = new Map<string, AddressData>();
  let hasLeader = leader === undefined;
  for (const master of cluster.masters.map(toMaster)) {
    if (master === undefined) continue;
    const isLeader = leader !== undefined && isSame(master, leader);
    // Another port at the leader's address: its address has its place already, or gets it behind the others.
    if (!isLeader && master.address.data === leader?.address.data) continue;
    hasLeader ||= isLeader;
    if (!known.has(master.address.data)) known.set(master.address.data, master.address);
  }
  return hasLeader || leader === undefined ? [...known.values()] : [...known.values(), leader.address];
};

export const leadingMaster = (cluster: NamedCluster): AddressData | undefined => toMaster(cluster.leader ?? '')?.address;

const leaderRecords = ({ address, port }: Master, naming: Naming, emit: Emit): void => {
  const name = below(naming.domain, 'leader');
  emit(name, address.type, address.data);
  if (name === undefined || !isPort(port)) return;
  const data = srvData(naming.srvWeight, port, name);
  for (const protocol of ['_tcp', '_udp']) emit(below(naming.domain, '_leader', protocol), TYPE.SRV, data);
};

/** 'leader', '_leader', 'master', and 'master0', 'master1' ... */
export const masterRecords = (cluster: NamedCluster, naming: Naming, emit: Emit): void => {
  const leader = toMaster(cluster.leader ?? '');
  if (leader !== undefined) leaderRecords(leader, naming, emit);
  for (const [at, address] of mastersInOrder(cluster).entries()) {
    const name = below(naming.domain, `master${at}`);
    emitAddresses(emit, below(naming.domain, 'master'), [address]);
    emitAddresses(emit, name, [address]);
    if (name !== undefined) emitPointers(emit, [address], name, POINTER_RANK.master);
  }
};
