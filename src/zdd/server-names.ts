import { backendName, serverName } from '../desired/names.ts';
import { deploymentLabel, type ZddApp, type ZddTask } from './app.ts';

/** What balancers call the backend of a group, and the servers of its tasks. */

/**
 * Names that the backend may have. It is named after the group; Marathon-LB puts a slash before a group that begins with one, and Sluice names it after
 * an app where the group's name is that of an app that is not in it.
 */
export const backendNames = (apps: readonly ZddApp[]): ReadonlySet<string> =>
  new Set(
    apps.flatMap((app) => {
      const group = deploymentLabel(app, 'group') ?? '';
      const port = Number(app.labels['HAPROXY_0_PORT']);
      return [`/${group}`, `/${group.replace(/^\/+/, '')}`, app.id].map((id) => backendName(id, port));
    }),
  );

const containerPorts = ({ container, ipAddress }: ZddApp): readonly number[] => {
  const mappings = [...(container?.docker?.portMappings ?? []), ...(container?.portMappings ?? [])];
  const discovered = ipAddress?.discovery?.ports ?? [];
  return [...mappings.map((one) => one.containerPort), ...discovered.map((one) => one.number)].flatMap((port) => port ?? []);
};

/**
 * Names that a server of this task may have: '<host>_<address>_<port>', without the host where it is the address. Of tasks with an address of their own
 * the port is the container's. No two tasks have one of these names together.
 */
export const namesOf = (app: ZddApp, task: ZddTask): readonly string[] => {
  const host = task.host ?? '';
  const own = (task.ipAddresses ?? []).flatMap(({ ipAddress }) => ipAddress ?? []);
  return [
    ...[host, ...own].flatMap((address) => (task.ports ?? []).map((port) => serverName(host, address, port))),
    ...own.flatMap((address) => containerPorts(app).map((port) => serverName(host, address, port))),
  ];
};

/** As names of servers have it: anything but letters, digits and '-' is '_'. */
export const cleanName = (name: string): string => name.replaceAll(/[^A-Za-z0-9-]/g, '_');

/** An address in a name: IPv4, whole IPv6, IPv6 with zeros left out. */
const ADDRESS = '(?:\\d+_\\d+_\\d+_\\d+|(?:[0-9a-f]{1,4}_){7}[0-9a-f]{1,4}|[0-9a-f_]*__[0-9a-f_]*)';

/** Whether the name is that of the task's host and port with whatever address: the balancer knows the host by another one than Marathon. */
export const isByHostAndPort = (name: string, { host, ports }: ZddTask): boolean => {
  const cleaned = cleanName(host ?? '');
  return (ports ?? []).some((port) => new RegExp(`^${cleaned}_${ADDRESS}_${port}$`, 'i').test(name));
};
