import type { Globals } from '../desired/desired.ts';
import type { BuildOptions } from '../desired/options.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import type { Settings } from '../settings.ts';

/** Behind the name of a listener where HAProxy does not let it have its backend's. */
const LISTENER_SUFFIX = '_in';

export const buildOptions = (settings: Settings, certificates: readonly string[], capabilities: Capabilities): BuildOptions => ({
  groups: settings.groups,
  strictMode: settings.strictMode,
  healthCheck: settings.healthCheck,
  bindHttpHttps: settings.bindHttpHttps,
  bindServicePorts: settings.bindServicePorts,
  listenerSuffix: capabilities.sameNames ? '' : LISTENER_SUFFIX,
  bindAddress: settings.bindAddress,
  httpPort: settings.httpPort,
  httpsPort: settings.httpsPort,
  statsPort: settings.statsPort,
  appIdPort: settings.appIdPort,
  certificates,
});

export const globalsOf = (settings: Settings, templatesDigest: string, capabilities: Capabilities): Globals => ({
  runDir: settings.runDir,
  maxConnections: settings.maxConnections,
  hardStopAfterSeconds: settings.hardStopAfterSeconds,
  oldWorkersLimit: settings.oldWorkersLimit,
  templatesDigest,
  initState: capabilities.initState,
});
