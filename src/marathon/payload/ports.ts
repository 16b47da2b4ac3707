import type { AppPort, DefinedPort, NetworkMode } from '../../model/app.ts';
import type { RawApp } from './app-schema.ts';
import { portMappingsOf } from './network.ts';

export interface AppPorts {
  readonly ports: readonly AppPort[];
  /** See App. */
  readonly definedPorts?: readonly DefinedPort[];
  /** Index in the definition -> index in `ports`, in `definedPorts` where there are no service ports; undefined where the port has none. */
  readonly indexOf: readonly (number | undefined)[];
}

const NAMELESS = {};
const named = (name: string | null | undefined): { readonly name?: string } => (name == null ? NAMELESS : { name });

const NO_SERVICE_PORT = {};
/** Marathon gives out service ports before it answers: 0 or null is a port that has none. */
const assigned = (port: number | null | undefined): Pick<DefinedPort, 'servicePort'> =>
  port == null || port === 0 ? NO_SERVICE_PORT : { servicePort: port };

/** A task's `ports` has one entry per mapping that has a hostPort, so mappings without one do not count (Marathon 1.5 and later). */
const mappedPorts = (app: RawApp): readonly DefinedPort[] => {
  let hostPorts = 0;
  return portMappingsOf(app).map((mapping) => ({
    ...assigned(mapping.servicePort),
    protocol: mapping.protocol ?? 'tcp',
    ...named(mapping.name),
    containerPort: mapping.containerPort ?? 0,
    ...(mapping.hostPort == null ? {} : { hostPortIndex: hostPorts++ }),
  }));
};

/** What a container with an address of its own listens on: `ipAddress.discovery` of Marathon 1.4 and before, else the mappings. */
const portsInside = (app: RawApp): readonly DefinedPort[] => {
  const discovered = app.ipAddress?.discovery?.ports ?? [];
  if (discovered.length === 0) return mappedPorts(app);
  return discovered.map(({ number, protocol, name }) => ({ protocol: protocol ?? 'tcp', ...named(name), containerPort: number }));
};

/** `portDefinitions`, or `ports` of Marathon 0.x to 1.4. `inside`: ports of the container, in the same order. */
const definedPorts = (app: RawApp, inside: readonly DefinedPort[]): readonly DefinedPort[] => {
  const definitions = app.portDefinitions ?? (app.ports ?? []).map((port) => ({ port, protocol: 'tcp', name: undefined }));
  return definitions.map(({ port, protocol, name }, index) => {
    const containerPort = inside[index]?.containerPort;
    return {
      ...assigned(port),
      protocol: protocol ?? 'tcp',
      ...named(name),
      ...(containerPort === undefined ? { hostPortIndex: index } : { containerPort }),
    };
  });
};

const numbered = (defined: readonly DefinedPort[]): AppPorts => {
  const ports: AppPort[] = [];
  const indexOf = defined.map((port) => {
    const { servicePort } = port;
    if (servicePort === undefined) return undefined;
    return ports.push({ ...port, servicePort }) - 1;
  });
  return { ports, indexOf };
};

/** With the ports inside the container, where some of them have no service port: a balancer may give them one. */
const withInside = (given: AppPorts, inside: readonly DefinedPort[]): AppPorts => {
  if (inside.length === given.ports.length) return given;
  return { ...given, definedPorts: inside, ...(given.ports.length === 0 ? { indexOf: inside.map((_, index) => index) } : {}) };
};

/**
 * The service ports, in the order that HAPROXY_{n}_ labels count: those of the port mappings, and where none of these has one,
 * those of the port definitions (marathon-lb's rule). Each keeps what leads to the task's port, so that nothing is paired by position.
 */
export const portsOf = (app: RawApp, network: NetworkMode): AppPorts => {
  const inside = network === 'container' ? portsInside(app) : [];
  const mapped = network === 'host' ? undefined : numbered(mappedPorts(app));
  const ports = mapped !== undefined && mapped.ports.length > 0 ? mapped : numbered(definedPorts(app, inside));
  return network === 'container' ? withInside(ports, inside) : ports;
};
