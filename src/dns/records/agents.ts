import { addressesData } from '../address.ts';
import type { NamedCluster } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import { TYPE } from '../record.ts';
import { below, type Emit, emitAddresses, srvData } from './emit.ts';
import { isPort } from './host-ports.ts';
import { emitPointers, POINTER_RANK } from './pointers.ts';

/** 'slave.mesos' is every agent; '_slave._tcp.mesos' has each port once, as the name does not tell them apart. */
export const agentRecords = ({ agents }: NamedCluster, naming: Naming, emit: Emit): void => {
  const ports = new Set<number>();
  for (const agent of agents) {
    const addresses = addressesData(agent.addresses);
    emitAddresses(emit, naming.slave, addresses);
    emitPointers(emit, addresses, naming.slave, POINTER_RANK.agent);
    if (agent.port !== undefined && isPort(agent.port)) ports.add(agent.port);
  }
  for (const port of ports) emit(below(naming.domain, '_slave', '_tcp'), TYPE.SRV, srvData(naming.srvWeight, port, naming.slave));
};
