import type { AppPort, NetworkMode } from '../../model/app.ts';
import type { RawApp } from './app-schema.ts';
import { portMappingsOf } from './network.ts';

/** A port of the definition at its place there; one without a service port cannot be reached through a balancer. */
interface DefinedPort extends Omit<AppPort, 'servicePort'> {
  readonly servicePort: number | undefined;
}

export interface AppPorts {
  readonly ports: readonly AppPort[];
  /** Index in the definition -> index in `ports`; undefined where the port has no service port. */
  readonly indexOf: readonly (number | undefined)[];
}

const NAMELESS = {};
const named = (name: string | null | undefined): { readonly name?: string } => (name == null ? NAMELESS : { name });

/** Marathon gives out service ports before it answers: 0 or null is a port that has none. */
const assigned = (port: number | null | undefined): number | undefined => (port == null || port === 0 ? undefined : port);

/** A task's `ports` has one entry per mapping that has a hostPort, so mappings without one do not count (Marathon 1.5 and later). */
const mappedPorts = (app: RawApp): readonly DefinedPort[] => {
  let hostPorts = 0;
  return portMappingsOf(app).map((mapping) => ({
    servicePort: assigned(mapping.servicePort),
    protocol: mapping.protocol ?? 'tcp',
    ...named(mapping.name),
    containerPort: mapping.containerPort ?? 0,
    ...(mapping.hostPort == null ? {} : { hostPortIndex: hostPorts++ }),
  }));
};

/** `portDefinitions`, or `ports` of Marathon 0.x to 1.4. With IP per task the port inside the container is in `ipAddress.discovery`. */
const definedPorts = (app: RawApp, network: NetworkMode): readonly DefinedPort[] => {
  const definitions = app.portDefinitions ?? (app.ports ?? []).map((port) => ({ port, protocol: 'tcp', name: undefined }));
  const discovery = network === 'container' ? (app.ipAddress?.discovery?.ports ?? []) : [];
  return definitions.map(({ port, protocol, name }, index) => {
    const inside = discovery[index];
    return {
      servicePort: assigned(port),
      protocol: protocol ?? 'tcp',
      ...named(name),
      ...(inside === undefined ? { hostPortIndex: index } : { containerPort: inside.number }),
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

/**
 * The service ports, in the order that HAPROXY_{n}_ labels count: those of the port mappings, and where none of these has one,
 * those of the port definitions (marathon-lb's rule). Each keeps what leads to the task's port, so that nothing is paired by position.
 */
export const portsOf = (app: RawApp, network: NetworkMode): AppPorts => {
  const mapped = network === 'host' ? undefined : numbered(mappedPorts(app));
  return mapped !== undefined && mapped.ports.length > 0 ? mapped : numbered(definedPorts(app, network));
};
