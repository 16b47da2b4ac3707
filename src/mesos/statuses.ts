import { canonicalIp } from '../kit/ip-address.ts';
import type { Fitness, NamedTask } from '../dns/named-task.ts';
import { listAt, type Loose, numberAt, objectAt, objectsAt, textAt } from './loose.ts';

const isAddress = (text: string): boolean => canonicalIp(text) !== undefined;

const networkInfos = (status: Loose): readonly Loose[] => objectsAt(objectAt(status, 'container_status'), 'network_infos');

/** Before Mesos 0.26 a network had one address, in a field of its own. */
const networkAddresses = (info: Loose): readonly string[] => {
  const addresses = objectsAt(info, 'ip_addresses').map((one) => textAt(one, 'ip_address'));
  return (listAt(info, 'ip_addresses').length > 0 ? addresses : [textAt(info, 'ip_address')]).filter(isAddress);
};

const labelled = (status: Loose, key: string): readonly string[] =>
  objectsAt(status, 'labels')
    .filter((label) => textAt(label, 'key') === key)
    .map((label) => textAt(label, 'value'))
    .filter(isAddress);

const addressesIn = (status: Loose): NamedTask['addresses'] => {
  const netinfo = networkInfos(status).flatMap(networkAddresses);
  const docker = labelled(status, 'Docker.NetworkSettings.IPAddress');
  const mesos = labelled(status, 'MesosContainerizer.NetworkSettings.IPAddress');
  return {
    ...(netinfo.length > 0 && { netinfo }),
    ...(docker.length > 0 && { docker }),
    ...(mesos.length > 0 && { mesos }),
  };
};

const timeOf = (status: Loose): number => numberAt(status, 'timestamp', 0);

/** The first of those with the highest timestamp; their order in the list means nothing. */
const newest = (statuses: readonly Loose[]): Loose | undefined => {
  let latest: Loose | undefined;
  for (const status of statuses) {
    if (timeOf(status) > -1 && (latest === undefined || timeOf(status) > timeOf(latest))) latest = status;
  }
  return latest;
};

/**
 * Of the newest status in which the task runs and has addresses: updates about health come without any, and the task has not lost them (Mesos-DNS takes it
 * for that, and answers with the agent's address).
 */
export const addressesOf = (statuses: readonly Loose[]): NamedTask['addresses'] => {
  const running = statuses.filter((status) => textAt(status, 'state') === 'TASK_RUNNING');
  const latest = newest(running.filter((status) => Object.keys(addressesIn(status)).length > 0));
  return latest === undefined ? {} : addressesIn(latest);
};

/** Whether a port of its containers is mapped to one of the host's. */
export const isMapped = (task: Loose, statuses: readonly Loose[]): boolean => {
  const container = objectAt(task, 'container');
  const holders = [objectAt(container, 'docker'), ...objectsAt(container, 'network_infos'), ...statuses.flatMap(networkInfos)];
  return holders.some((holder) => objectsAt(holder, 'port_mappings').length > 0);
};

/** @param task its state is TASK_RUNNING or TASK_KILLING */
export const fitnessOf = (task: Loose, statuses: readonly Loose[]): Fitness => {
  if (textAt(task, 'state') === 'TASK_KILLING') return 'unfit';
  const isHealthy = newest(statuses)?.['healthy'];
  if (typeof isHealthy === 'boolean') return isHealthy ? 'fit' : 'unfit';
  // It has a check, and no check has ever come to a result.
  const isUnchecked =
    Object.keys(objectAt(task, 'health_check')).length > 0 && statuses.every((status) => typeof status['healthy'] !== 'boolean');
  return isUnchecked ? 'unfit' : 'fit';
};
