import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Globals } from '../desired/desired.ts';
import { headOf } from '../desired/shared-texts.ts';
import type { BuildOptions } from '../desired/options.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import type { Settings } from '../settings.ts';
import { ownAddresses } from './own-addresses.ts';
import { endpointsSocketForWorkers, passthroughSocketForWorkers, passthroughSocketIn } from './workers-sockets.ts';
import { overridesOf } from './piece-files.ts';
import { sorryPageIn } from './sorry-page.ts';
import { socketOwner, workersUser } from './workers-user.ts';

/** Behind the name of a listener where HAProxy does not let it have its backend's. */
const LISTENER_SUFFIX = '_in';

const passthrough = (settings: Settings): NonNullable<BuildOptions['passthrough']> => {
  const { runDir } = settings;
  const owner = socketOwner('--tls-passthrough', settings.haproxyUser);
  return {
    socket: passthroughSocketIn(runDir),
    socketForWorkers: passthroughSocketForWorkers(runDir, owner !== undefined),
    ...(owner === undefined ? {} : { socketOwner: owner }),
    maxConnections: Math.max(1, Math.floor(maxConnections(settings) / 2)),
  };
};

export const buildOptions = (
  settings: Settings,
  certificates: BuildOptions['certificates'],
  capabilities: Pick<Capabilities, 'sameNames' | 'clientTimeout'>,
): BuildOptions => ({
  groups: settings.groups,
  strictMode: settings.strictMode,
  compat: settings.compat,
  autoPorts: settings.autoPorts,
  ownAppId: settings.environment.ownAppId,
  healthCheck: settings.healthCheck,
  bindHttpHttps: settings.bindHttpHttps,
  bindServicePorts: settings.bindServicePorts,
  groupHttpsByVhost: settings.groupHttpsByVhost,
  listenerSuffix: capabilities.sameNames ? '' : LISTENER_SUFFIX,
  bindAddress: settings.bindAddress,
  clientTimeouts: capabilities.clientTimeout,
  httpPort: settings.httpPort,
  httpsPort: settings.httpsPort,
  statsPort: settings.statsPort,
  statsAddress: settings.stats.address,
  statsLogin: settings.stats.login,
  endpoints: endpointsSocketForWorkers(settings.runDir, workersUser(settings.haproxyUser).kind === 'own'),
  appIdPort: settings.appIdPort,
  ...(settings.proxies.trusted.length === 0 ? {} : { trustedProxies: settings.proxies.trusted }),
  ...(settings.proxies.sendProxyProtocol.length === 0 ? {} : { acceptProxyFrom: settings.proxies.sendProxyProtocol }),
  ...(settings.tlsPassthrough ? { passthrough: passthrough(settings) } : {}),
  apiPort: settings.api.listen?.port,
  ownAddresses: ownAddresses(),
  overrides: overridesOf(settings),
  appFiles: [...settings.certificates, ...settings.appCertificates, ...settings.movedFiles.values()].map((path) => resolve(path)),
  movedFiles: settings.movedFiles,
  certificates,
  accessLog: settings.accessLog,
});

const MOST_CONNECTIONS = 10_000;
/** Files that HAProxy needs besides two for each connection: listeners, health checks, its own. */
const OTHER_FILES = 1000;

/** HAProxy raises its own limit of open files to the hard one. */
export const openFilesLimit = (): number => {
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
};

export const openFilesFor = (connections: number): number => 2 * connections + OTHER_FILES;

/** Two open files a connection. */
const connectionsFor = (openFiles: number): number => Math.max(100, Math.min(MOST_CONNECTIONS, Math.floor((openFiles - OTHER_FILES) / 2)));

const maxConnections = (settings: Settings): number => settings.maxConnections ?? connectionsFor(openFilesLimit());

/** Servers are kept open between requests: Marathon-LB closed them, by http-server-close. */
const DEFAULT_OPTIONS = ['redispatch', 'dontlognull'];

/** Throws SluiceError SETTINGS where HAProxy cannot be the user that was named, or the sorry page is none. */
export const globalsOf = (settings: Settings, templatesDigest: string): Globals => {
  const user = workersUser(settings.haproxyUser);
  const head = headOf({ overrides: overridesOf(settings) });
  return {
    ...(head === undefined ? {} : { head: { global: head.global, defaults: head.defaults, others: head.others } }),
    runDir: settings.runDir,
    maxConnections: maxConnections(settings),
    hardStopAfterSeconds: settings.hardStopAfterSeconds,
    ...(user.kind === 'own' ? { workers: { uid: user.uid, gid: user.gid } } : {}),
    defaultOptions: settings.environment.defaultOptions ?? DEFAULT_OPTIONS,
    ...(settings.sorryPageFile === undefined ? {} : { sorryPage: sorryPageIn(settings.sorryPageFile) }),
    templatesDigest,
  };
};
