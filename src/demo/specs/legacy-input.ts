import { without } from '../without.ts';
import type { AppChange } from './app-schema.ts';

type Given<T> = NonNullable<T>;
type ContainerInput = Given<AppChange['container']>;

/** Drops what a client wrote as `null`: Marathon takes it for "not given". */
export function withoutNulls<T extends object>(input: T): T {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined)) as T;
}

/**
 * Translates the forms of Marathon 1.4 (`ports`, `uris`, `ipAddress`, `container.docker.network`, `container.docker.portMappings`)
 * into those of 1.5. Later versions still accept the old ones on input.
 */
export function modernised(change: AppChange): AppChange {
  const { ports, uris, ipAddress, ...rest } = withoutNulls(change);
  return {
    ...rest,
    ...(uris === undefined || uris === null || rest.fetch ? {} : { fetch: uris.map((uri) => ({ uri })) }),
    ...(ports === undefined || ports === null || rest.portDefinitions ? {} : { portDefinitions: ports.map((port) => ({ port })) }),
    ...translatedContainer(rest.container),
    ...translatedNetworks(rest, ipAddress),
    ...(ipAddress?.discovery?.ports && !mappingsOf(rest.container) ? discoveryAsMappings(rest.container, ipAddress) : {}),
  };
}

function mappingsOf(container: AppChange['container']): Given<ContainerInput['portMappings']> | undefined {
  return container?.portMappings ?? container?.docker?.portMappings ?? undefined;
}

function translatedContainer(container: AppChange['container']): AppChange {
  if (!container) return {};
  const mappings = mappingsOf(container);
  return {
    container: {
      ...container,
      ...(container.docker ? { docker: without(container.docker, 'network', 'portMappings') } : {}),
      ...(mappings === undefined ? {} : { portMappings: mappings }),
    },
  };
}

function translatedNetworks(change: AppChange, ipAddress: AppChange['ipAddress']): AppChange {
  if (change.networks) return {};
  const network = change.container?.docker?.network;
  if (network === 'BRIDGE') return { networks: [{ mode: 'container/bridge' }] };
  if (network === 'USER' || ipAddress) {
    const name = ipAddress?.networkName;
    return { networks: [{ mode: 'container', ...(name ? { name } : {}) }] };
  }
  return network === 'HOST' ? { networks: [{ mode: 'host' }] } : {};
}

/** With `ipAddress` and no mappings the ports stand in `discovery`, and have no service port of their own. */
function discoveryAsMappings(container: AppChange['container'], ipAddress: Given<AppChange['ipAddress']>): AppChange {
  const portMappings = ipAddress.discovery?.ports?.map(({ number, ...rest }) => ({ ...rest, containerPort: number })) ?? [];
  return { container: { type: 'MESOS', ...container, portMappings } };
}
