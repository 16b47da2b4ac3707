import type { RawApp, RawPortMapping } from '../marathon/payload/app-schema.ts';
import { networkOf, portMappingsOf } from '../marathon/payload/network.ts';
import type { StandInPorts } from './service-ports.ts';

type Ports = Pick<StandInPorts, 'next'>;

/** Marathon answers every app with its version; who writes a definition leaves it out. */
const isDeployed = (raw: RawApp): boolean => raw.version != null;

const isChosen = (port: number | null | undefined): port is number => port != null && port !== 0;

const orNext = (port: number | null | undefined, ports: Ports): number => (isChosen(port) ? port : ports.next());

const DEFAULT_PORT = { port: 0, name: 'default' };
const DEFAULT_MAPPING: RawPortMapping = { containerPort: 0, hostPort: 0, name: 'default' };

const withDefinitions = (raw: RawApp, ports: Ports): RawApp => {
  // `ports` is the older form. Where neither is given Marathon makes one.
  const given = raw.portDefinitions ?? raw.ports?.map((port) => ({ port, protocol: 'tcp' })) ?? [DEFAULT_PORT];
  return { ...raw, portDefinitions: given.map((definition) => ({ ...definition, port: orNext(definition.port, ports) })) };
};

const hasMappings = ({ container }: RawApp): boolean => container?.portMappings != null || container?.docker?.portMappings != null;

/** IP per task, as Marathon 1.4 and before had it, gets no service ports by itself. */
const isLegacyIpPerTask = ({ networks, ipAddress }: RawApp): boolean => networks == null && ipAddress != null;

const withMappings = (raw: RawApp, ports: Ports): RawApp => {
  if (!hasMappings(raw) && isLegacyIpPerTask(raw)) return raw;
  const isBridge = networkOf(raw) === 'container/bridge';
  const mappings = (hasMappings(raw) ? portMappingsOf(raw) : [DEFAULT_MAPPING]).map((mapping) => ({
    ...mapping,
    // A bridge is reached by its agent's ports: without one, Marathon takes any.
    hostPort: mapping.hostPort ?? (isBridge ? 0 : null),
    servicePort: orNext(mapping.servicePort, ports),
  }));
  const { docker } = raw.container ?? {};
  return { ...raw, container: { docker: docker == null ? docker : { network: docker.network }, portMappings: mappings } };
};

/** With what Marathon puts into a definition that it is given: service ports first of all. One that comes from Marathon stays as it is. */
export const complete = (raw: RawApp, ports: Ports, now: string): RawApp => {
  if (isDeployed(raw)) return raw;
  const withPorts = networkOf(raw) === 'host' ? withDefinitions(raw, ports) : withMappings(raw, ports);
  return { ...withPorts, version: now };
};

const PORT_LABEL = /^HAPROXY_\d+_PORT$/;

/** Service ports that labels ask for. */
export const portsInLabels = (labels: Readonly<Record<string, string>>): readonly number[] =>
  Object.entries(labels).flatMap(([name, value]) => (PORT_LABEL.test(name) && /^\d{1,5}$/.test(value) ? [Number(value)] : []));

/** Every service port that the definition names itself. */
export const portsNamedIn = (raw: RawApp): readonly number[] => {
  const defined = (raw.portDefinitions ?? []).map(({ port }) => port);
  const mapped = portMappingsOf(raw).map(({ servicePort }) => servicePort);
  return [...[...defined, ...(raw.ports ?? []), ...mapped].filter(isChosen), ...portsInLabels(raw.labels ?? {})];
};
