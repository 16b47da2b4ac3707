import { join, resolve } from 'node:path';
import { z } from 'zod';
import { SluiceError } from './kit/error.ts';
import { type Listener, portClashes } from './kit/port-clashes.ts';
import { API_FLAGS, type ApiSettings, apiSettings } from './settings-api.ts';
import { DNS_FLAGS, dnsListeners, type DnsSettings, dnsSettings } from './settings-dns.ts';
import { type EnvironmentSettings, environmentSettings } from './settings-environment.ts';
import { readText } from './settings-file.ts';
import { PROXY_FLAGS, type ProxySettings } from './settings-proxies.ts';
import { loginOf, type MarathonLogin } from './settings-login.ts';
import { MESOS_FLAGS, mesosSettings } from './settings-mesos.ts';
import { CONTROLLER_FLAGS, controllerSettings, type ControllerSettings } from './settings-controller.ts';
import { type OwnTask, ownTask, PEERS_FLAG, type PeersSettings } from './settings-peers.ts';
import { ROLLOUTS_FLAG, type RolloutsSettings } from './settings-rollouts.ts';
import { STATS_FLAGS, type StatsSettings, statsSettings } from './settings-stats.ts';

const numberIn = (least: number, most: number, error: string) => z.coerce.number({ error }).min(least, { error }).max(most, { error });
const wholeNumber = (least: number, most: number, error: string) => numberIn(least, most, error).int({ error });

const MOST_SECONDS = 86_400 * 7;
const HIGHEST_PORT = 65_535;
const port = wholeNumber(1, HIGHEST_PORT, 'must be a port: a whole number from 1 to 65535');
const seconds = numberIn(0.001, MOST_SECONDS, `must be a number of seconds, more than 0 and at most ${MOST_SECONDS}`);
const count = wholeNumber(1, Number.MAX_SAFE_INTEGER, 'must be a whole number, 1 or more');
const portOrNone = wholeNumber(0, HIGHEST_PORT, 'must be a whole number from 0 to 65535');
const flag = z.boolean().default(false);

/** A user or a password in a URL, as it is meant; `%` begins two hex digits there. */
const isDecodable = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

const url = z
  .string()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be a URL such as http://marathon.example.com:8080')
  .refine((text) => {
    const { username = '', password = '' } = URL.parse(text) ?? {};
    return isDecodable(username) && isDecodable(password);
  }, 'has a % in its user or password that does not begin two hex digits: write it as %25');

/** Python's names of levels, which Marathon-LB took. */
const PYTHON_LEVELS: Readonly<Record<string, string>> = {
  CRITICAL: 'fatal',
  FATAL: 'fatal',
  ERROR: 'error',
  WARNING: 'warn',
  WARN: 'warn',
  INFO: 'info',
  DEBUG: 'debug',
  NOTSET: 'trace',
};

const logLevel = z.preprocess(
  (text) => (typeof text === 'string' ? (PYTHON_LEVELS[text] ?? text) : text),
  z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
);

const GROUP_NEEDED = 'is needed at least once: which apps to take, by their HAPROXY_GROUP; * takes all';

/** Flags as commander hands them over. Names are the flags' in camel case. */
const Flags = z.object({
  marathon: z.array(url).default(['http://master.mesos:8080']),
  group: z
    .array(z.string().min(1, 'is empty: no app is in a group without a name, and nothing would be served'), GROUP_NEEDED)
    .min(1, GROUP_NEEDED),
  poll: flag,
  pollInterval: seconds.default(60),
  healthCheck: flag,
  strictMode: flag,
  compat: z.enum(['fixed', 'strict'], 'must be fixed or strict').default('fixed'),
  dontBindHttpHttps: flag,
  dontBindServicePorts: flag,
  tlsPassthrough: flag,
  ...PROXY_FLAGS,
  groupHttpsByVhost: flag,
  sslCerts: z.string().optional(),
  appCerts: z.string().optional(),
  sorryPage: z.string().min(1).optional(),
  authCredentials: z.string().optional(),
  marathonAuthCredentialFile: z.string().optional(),
  dcosAuthCredentials: z.string().optional(),
  marathonCaCert: z.string().optional(),
  minServPortIpPerTask: portOrNone.default(10_050),
  maxServPortIpPerTask: portOrNone.default(10_100),
  maxBackoff: seconds.default(300),
  auditInterval: seconds.default(300),
  bindAddress: z.union([z.literal('*'), z.ipv4(), z.ipv6()], 'must be * or one IP address of this host').default('*'),
  httpPort: port.default(80),
  httpsPort: port.default(443),
  statsPort: port.default(9090),
  ...STATS_FLAGS,
  appIdPort: port.default(9091),
  ...API_FLAGS,
  rollouts: ROLLOUTS_FLAG,
  ...CONTROLLER_FLAGS,
  peers: PEERS_FLAG,
  ...DNS_FLAGS,
  ...MESOS_FLAGS,
  stateDir: z.string().default('/var/lib/sluice'),
  runDir: z.string().default('/run/sluice'),
  templatesDir: z.string().optional(),
  haproxy: z.string().default('haproxy'),
  haproxyUser: z.string().min(1).optional(),
  maxconn: count.optional(),
  // HAProxy refuses a configuration with a part of a second.
  hardStopAfter: wholeNumber(1, MOST_SECONDS, 'must be whole seconds, 1 or more').default(1800),
  maxOldWorkers: count.default(20),
  maxOldWorkerMemory: count.default(2048),
  maxStaleness: seconds.default(600),
  maxLoss: numberIn(0, 100, 'must be a number of percent, 0 to 100').default(50),
  accessLog: flag,
  keepHaproxy: flag,
  drainGrace: numberIn(0, 3600, 'must be a number of seconds, 0 to 3600').default(10),
  stopLimit: seconds.default(10),
  logLevel: logLevel.default('info'),
});

/** Everything the operator chose, checked once, here. */
export interface Settings {
  readonly marathon: {
    readonly urls: readonly string[];
    readonly mode: 'sse' | 'poll';
    readonly pollIntervalMs: number;
    readonly maxBackoffMs: number;
    readonly auditIntervalMs: number;
    readonly credentials?: MarathonLogin;
    readonly caPem?: string;
  };
  readonly groups: readonly string[];
  readonly healthCheck: boolean;
  readonly strictMode: boolean;
  /** strict: what Marathon-LB did is done, also where it was a mistake. */
  readonly compat: 'fixed' | 'strict';
  /** Service ports for apps that have an address for each task and name none; undefined: they get none. */
  readonly autoPorts: { readonly min: number; readonly max: number } | undefined;
  readonly environment: EnvironmentSettings;
  readonly bindHttpHttps: boolean;
  readonly bindServicePorts: boolean;
  /** Apps may have TLS connections as they are: the https port is given out by the name that clients ask for. */
  readonly tlsPassthrough: boolean;
  readonly proxies: ProxySettings;
  readonly groupHttpsByVhost: boolean;
  readonly bindAddress: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly statsPort: number;
  readonly stats: StatsSettings;
  readonly appIdPort: number;
  /** Files or directories; empty: a self-signed certificate is made. */
  readonly certificates: readonly string[];
  /** What flags and labels may call otherwise: by where Marathon-LB had it, where it is. */
  readonly movedFiles: ReadonlyMap<string, string>;
  /** Files and folders besides, whose files apps may name for TLS on their service ports. */
  readonly appCertificates: readonly string[];
  /** File with the page that is answered with 503 where no server can; undefined: HAProxy's own. */
  readonly sorryPageFile: string | undefined;
  readonly api: ApiSettings;
  /** Where shares, rollouts and overrides are kept. */
  readonly rollouts: RolloutsSettings;
  readonly controller: ControllerSettings;
  readonly peers: PeersSettings;
  /** undefined: there is no DNS responder. */
  readonly dns: DnsSettings | undefined;
  /** undefined: it does not run in Marathon. */
  readonly ownTask: OwnTask | undefined;
  readonly stateDir: string;
  readonly runDir: string;
  readonly templatesDir: string | undefined;
  /** Where Marathon-LB's templates may be, in files such as HAPROXY_HEAD; the last goes before the others. */
  readonly pieceFolders: readonly string[];
  readonly haproxy: string;
  /** As whom HAProxy's workers serve where Sluice is root; 'off': as root. undefined: as 'haproxy', where there is such a user. */
  readonly haproxyUser: string | undefined;
  /** undefined: as many as the limit of open files allows, 10,000 at most. */
  readonly maxConnections: number | undefined;
  readonly hardStopAfterSeconds: number;
  readonly oldWorkersLimit: number;
  readonly oldWorkersMemoryBytes: number;
  readonly maxStalenessMs: number;
  /** Of the apps or tasks, so much may be gone in one full read. 100: any read is believed. */
  readonly maxLossPercent: number;
  /** HAProxy's access log on standard output, as JSON. */
  readonly accessLog: boolean;
  /** Leave HAProxy running when Sluice ends in good order. */
  readonly keepHaproxy: boolean;
  /** Between SIGTERM and the stop: traffic is served, and health checks say that it is to go elsewhere. 0: no such time. */
  readonly drainGraceMs: number;
  /** How long connections may take to end once HAProxy takes no new ones. */
  readonly stopLimitMs: number;
  readonly logLevel: string;
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const parse = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `--${kebab(String(issue.path[0] ?? ''))} ${issue.message}`);
  throw new SluiceError('SETTINGS', issues.join('; '));
};

/** Where Marathon-LB's image had them, for images that are built upon it. */
const PIECES_OF_IMAGE = '/marathon-lb/templates';

/** HAProxy would try again for ever, and nothing be served. */
const refuseClashes = (flags: z.infer<typeof Flags>, dns: DnsSettings | undefined): void => {
  const edge = (flag: string, number: number): Listener => ({ flag, address: flags.bindAddress, port: number });
  const clashes = portClashes([
    ...(flags.dontBindHttpHttps ? [] : [edge('--http-port', flags.httpPort), edge('--https-port', flags.httpsPort)]),
    { ...edge('--stats-port', flags.statsPort), address: flags.statsBind ?? flags.bindAddress },
    edge('--app-id-port', flags.appIdPort),
    ...(flags.apiListen === null ? [] : [{ flag: '--api-listen', address: flags.apiListen.host, port: flags.apiListen.port }]),
    ...dnsListeners(dns),
  ]);
  if (clashes.length > 0) throw new SluiceError('SETTINGS', clashes.join('; '));
};

/** As Marathon-LB: both or none, in order. */
const autoPortsOf = ({ minServPortIpPerTask: min, maxServPortIpPerTask: max }: z.infer<typeof Flags>): Settings['autoPorts'] => {
  if (min === 0 && max === 0) return undefined;
  if (min === 0 || max === 0)
    throw new SluiceError(
      'SETTINGS',
      '--min-serv-port-ip-per-task and --max-serv-port-ip-per-task go together: give both, or 0 for both for no such ports',
    );
  if (min > max)
    throw new SluiceError(
      'SETTINGS',
      `--min-serv-port-ip-per-task ${min} is higher than --max-serv-port-ip-per-task ${max}: exchange them`,
    );
  return { min, max };
};

const pathsIn = (list = ''): readonly string[] => list.split(',').filter((path) => path !== '');

/** Path of the control socket in a run directory. */
export const socketIn = (runDir: string): string => join(runDir, 'sluice.sock');

/** Where certificates of the environment are kept, below the state directory. */
export const environmentCertificatesIn = (stateDir: string): string => join(stateDir, 'environment-certificates');

/** Marathon-LB wrote those of the environment to /etc/ssl. */
const movedFiles = (stateDir: string, { certificates }: EnvironmentSettings): Settings['movedFiles'] => {
  const folder = environmentCertificatesIn(resolve(stateDir));
  return new Map(certificates.map(({ file }) => [`/etc/ssl/${file}`, join(folder, file)]));
};

/**
 * Flags (with the environment that stands for flags already in them) as Settings. Throws a SluiceError SETTINGS that names every flag that
 * is wrong, or CREDENTIALS.
 * @param environment where what Marathon-LB's container took is looked up
 */
export const toSettings = (raw: unknown, environment: Readonly<Record<string, string | undefined>> = {}): Settings => {
  const flags = parse(Flags, raw);
  const dns = dnsSettings(flags, mesosSettings(flags), environment);
  refuseClashes(flags, dns);
  if (flags.tlsPassthrough && flags.dontBindHttpHttps)
    throw new SluiceError(
      'SETTINGS',
      '--tls-passthrough is about the https port, and with --dont-bind-http-https there is none: give one of them',
    );
  const login = loginOf(flags, environment);
  const told = environmentSettings(environment);
  const moved = movedFiles(flags.stateDir, told);
  return {
    marathon: {
      urls: flags.marathon,
      mode: flags.poll ? 'poll' : 'sse',
      pollIntervalMs: flags.pollInterval * 1000,
      maxBackoffMs: flags.maxBackoff * 1000,
      auditIntervalMs: flags.auditInterval * 1000,
      ...(login === undefined ? {} : { credentials: login }),
      ...(flags.marathonCaCert === undefined ? {} : { caPem: readText('--marathon-ca-cert', flags.marathonCaCert) }),
    },
    groups: flags.group,
    healthCheck: flags.healthCheck,
    strictMode: flags.strictMode,
    compat: flags.compat,
    autoPorts: autoPortsOf(flags),
    environment: told,
    bindHttpHttps: !flags.dontBindHttpHttps,
    bindServicePorts: !flags.dontBindServicePorts,
    tlsPassthrough: flags.tlsPassthrough,
    proxies: { trusted: flags.trustedProxies, sendProxyProtocol: flags.acceptProxy },
    groupHttpsByVhost: flags.groupHttpsByVhost,
    bindAddress: flags.bindAddress,
    httpPort: flags.httpPort,
    httpsPort: flags.httpsPort,
    statsPort: flags.statsPort,
    stats: statsSettings(flags),
    appIdPort: flags.appIdPort,
    certificates: pathsIn(flags.sslCerts).map((path) => moved.get(path) ?? path),
    movedFiles: moved,
    appCertificates: pathsIn(flags.appCerts),
    sorryPageFile: flags.sorryPage,
    api: apiSettings(flags, socketIn(flags.runDir)),
    rollouts: flags.rollouts,
    controller: controllerSettings(flags),
    peers: flags.peers,
    dns,
    ownTask: ownTask(environment),
    stateDir: flags.stateDir,
    runDir: flags.runDir,
    templatesDir: flags.templatesDir,
    pieceFolders: [PIECES_OF_IMAGE, told.sandboxTemplates ?? [], flags.templatesDir ?? []].flat(),
    haproxy: flags.haproxy,
    haproxyUser: flags.haproxyUser,
    maxConnections: flags.maxconn,
    hardStopAfterSeconds: flags.hardStopAfter,
    oldWorkersLimit: flags.maxOldWorkers,
    oldWorkersMemoryBytes: flags.maxOldWorkerMemory * 1024 * 1024,
    maxStalenessMs: flags.maxStaleness * 1000,
    maxLossPercent: flags.maxLoss,
    accessLog: flags.accessLog || told.accessLog,
    keepHaproxy: flags.keepHaproxy,
    drainGraceMs: flags.drainGrace * 1000,
    stopLimitMs: flags.stopLimit * 1000,
    logLevel: flags.logLevel,
  };
};
