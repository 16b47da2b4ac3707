import type { DiscoveryPort } from '../dns/named-task.ts';
import type { App, DefinedPort } from '../model/app.ts';
import type { Task } from '../model/task.ts';

/** As far as Marathon has them in the definition, whether it gave them a service port or not. */
const portsOf = ({ ports, definedPorts }: App): readonly DefinedPort[] => definedPorts ?? ports;

/** Where it is reached: the host port where it has one, else the port inside the container. 0: nowhere. */
const numberOf = ({ hostPortIndex, containerPort }: DefinedPort, task: Task): number => {
  const hostPort = hostPortIndex === undefined ? 0 : (task.ports[hostPortIndex] ?? 0);
  return hostPort > 0 ? hostPort : (containerPort ?? 0);
};

/** 'udp,tcp' are two ports to Mesos: Marathon splits them. */
const inEachProtocol = ({ protocol, name = '' }: DefinedPort, number: number): readonly DiscoveryPort[] =>
  protocol.split(',').map((one) => ({ number, protocol: one.trim(), name }));

/**
 * The ports of the DiscoveryInfo that Marathon gives a task: in host mode the allocated host ports in the order of the definition, else of each mapping or
 * endpoint its host port, or without one its container port.
 * @param container of a pod: only its endpoints; undefined: all
 */
export const discoveryPorts = (app: App, task: Task, container?: string): readonly DiscoveryPort[] =>
  portsOf(app)
    .filter((port) => container === undefined || port.container === container)
    .flatMap((port) => {
      const number = numberOf(port, task);
      return number === 0 ? [] : inEachProtocol(port, number);
    });

/** The host ports that Mesos has allocated to the task, in the order of the definition; of a pod those of one container. */
export const hostPorts = (app: App, { ports }: Task, container?: string): readonly number[] => {
  if (container === undefined) return ports.filter((port) => port > 0);
  const own = portsOf(app).filter((port) => port.container === container);
  return own.flatMap(({ hostPortIndex }) => ports[hostPortIndex ?? -1] ?? []).filter((port) => port > 0);
};

/** Its container has an address of its own, and a host port leads to some port of it. */
export const isMapped = (app: App, hasHostPorts: boolean): boolean => app.network !== 'host' && hasHostPorts;
