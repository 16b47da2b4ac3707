import { type AddressData, addressesData } from '../address.ts';
import { toDcosLabel } from '../labels.ts';
import type { NamedTask } from '../named-task.ts';
import type { DcosNames } from '../naming.ts';
import { TYPE } from '../record.ts';
import { below, type Emit, emitAddresses } from './emit.ts';
import { calledName } from './task-forms.ts';

/** Where the task itself is, whichever way the zone tells it elsewhere. */
export const containerAddresses = ({ addresses }: NamedTask): readonly AddressData[] => {
  for (const source of [addresses.netinfo, addresses.docker, addresses.mesos]) {
    const found = addressesData(source ?? []);
    if (found.length > 0) return found;
  }
  return [];
};

/** DC/OS's agents are known by IPv4 addresses; one that has none, by what it has. */
const agentAddresses = (addresses: readonly AddressData[]): readonly AddressData[] => {
  const v4 = addresses.filter(({ type }) => type === TYPE.A);
  return v4.length > 0 ? v4 : addresses;
};

/** 'web-prod.marathon.autoip.dcos.thisdcos.directory', and `agentip`, `containerip`: whole names are one label each, by DC/OS's rule. */
export const dcosTaskRecords = (task: NamedTask, agent: readonly AddressData[], names: DcosNames, emit: Emit): void => {
  const labels = [toDcosLabel(calledName(task)), toDcosLabel(task.framework)];
  if (labels.includes('')) return;
  const host = agentAddresses(agent);
  const container = containerAddresses(task);
  emitAddresses(emit, below(names.agentip, ...labels), host);
  emitAddresses(emit, below(names.containerip, ...labels), container);
  emitAddresses(emit, below(names.autoip, ...labels), task.isMapped || container.length === 0 ? host : container);
};
