import type { NamedTask } from './named-task.ts';

/**
 * A task as the zone keeps it: a text of half the size of the object. It is looked at only when its task changes, goes, or is asked about; its records are
 * worked out from it anew.
 */
export type PackedTask = string;

/** Equal tasks have equal texts. */
export const pack = (task: NamedTask): PackedTask => {
  const { framework, id, name, discovery, agentId, agentAddresses, addresses, hostPorts, isMapped, fitness, weight, appId } = task;
  const ports = discovery?.ports.map((port) => [port.number, port.protocol, port.name]);
  const own = [addresses.netinfo, addresses.docker, addresses.mesos];
  return JSON.stringify([
    framework,
    id,
    name,
    discovery?.name,
    ports,
    agentId,
    agentAddresses,
    own,
    hostPorts,
    isMapped,
    fitness,
    weight,
    appId,
  ]);
};

type Packed = [
  framework: string,
  id: string,
  name: string,
  discovery: string | null,
  ports: readonly [number: number, protocol: string, name: string][] | null,
  agentId: string,
  agentAddresses: string[],
  own: [netinfo: string[] | null, docker: string[] | null, mesos: string[] | null],
  hostPorts: number[],
  isMapped: boolean,
  fitness: NamedTask['fitness'],
  weight: number | null,
  appId: string | null,
];

/** @param text of `pack` */
export const unpack = (key: string, text: PackedTask): NamedTask => {
  const [
    framework,
    id,
    name,
    discovery,
    ports,
    agentId,
    agentAddresses,
    [netinfo, docker, mesos],
    hostPorts,
    isMapped,
    fitness,
    weight,
    appId,
  ] = JSON.parse(text) as Packed;
  return {
    key,
    framework,
    id,
    name,
    ...(discovery !== null && {
      discovery: { name: discovery, ports: (ports ?? []).map(([number, protocol, port]) => ({ number, protocol, name: port })) },
    }),
    agentId,
    agentAddresses,
    addresses: { ...(netinfo && { netinfo }), ...(docker && { docker }), ...(mesos && { mesos }) },
    hostPorts,
    isMapped,
    fitness,
    ...(weight !== null && { weight }),
    ...(appId !== null && { appId }),
  };
};
