import type { NetworkMode } from '../../model/app.ts';
import type { RawApp, RawPortMapping } from './app-schema.ts';

/** Forms of three Marathon generations in one app: the newest that says something wins, as in marathon-lb. */
export const networkOf = (app: Pick<RawApp, 'networks' | 'ipAddress' | 'container'>): NetworkMode => {
  const { networks, ipAddress, container } = app;
  const newest = networks?.at(-1);
  // A network entry without a mode is a container network: Marathon's default.
  if (newest !== undefined) return newest.mode ?? 'container';
  if (container?.docker?.network === 'BRIDGE') return 'container/bridge';
  if (container?.docker?.network === 'USER') return 'container';
  // 1.4 and before: `ipAddress: {...}` is IP per task, null or {} is not.
  return ipAddress != null && Object.keys(ipAddress).length > 0 ? 'container' : 'host';
};

/** Marathon 1.4 and before keep the mappings under `docker`. */
export const portMappingsOf = (app: Pick<RawApp, 'container'>): readonly RawPortMapping[] => {
  const legacy = app.container?.docker?.portMappings;
  return legacy != null && legacy.length > 0 ? legacy : (app.container?.portMappings ?? []);
};
