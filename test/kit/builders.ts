import type { App, AppPort, HealthCheck } from '../../src/model/app.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { sinceOf } from '../../src/model/since.ts';
import type { Task } from '../../src/model/task.ts';
import { Assembly } from '../../src/desired/assembly.ts';
import { buildApp } from '../../src/desired/build-app.ts';
import { noChange } from '../../src/desired/change.ts';
import type { Backend, Desired, Globals, Profile, Server } from '../../src/desired/desired.ts';
import type { BuildOptions } from '../../src/desired/options.ts';
import { makeProfile, shapeOf } from '../../src/desired/profile.ts';
import type { Capabilities } from '../../src/plan/capabilities.ts';
import type { Problem } from '../../src/kit/problem.ts';

/** Values of every type that passes between the rooms, whole and plain; a test says only what it is about. */

export const aPort = (changes: Partial<AppPort> = {}): AppPort => ({ servicePort: 10000, protocol: 'tcp', hostPortIndex: 0, ...changes });

export const aCheck = (changes: Partial<HealthCheck> = {}): HealthCheck => ({
  protocol: 'HTTP',
  path: '/health',
  portIndex: 0,
  intervalSeconds: 5,
  timeoutSeconds: 2,
  maxConsecutiveFailures: 3,
  gracePeriodSeconds: 300,
  ...changes,
});

/** '/shop' of group external, in host mode, with one service port 10000. */
export const anApp = (changes: Partial<App> = {}): App => ({
  id: '/shop',
  labels: { HAPROXY_GROUP: 'external' },
  instances: 1,
  version: '2026-01-01T00:00:00.000Z',
  lastConfigChangeAt: changes.version ?? '2026-01-01T00:00:00.000Z',
  network: 'host',
  ports: [aPort()],
  healthChecks: [],
  ...changes,
});

/** Labels of an app of group external. */
export const labels = (more: Readonly<Record<string, string>>): Pick<App, 'labels'> => ({
  labels: { HAPROXY_GROUP: 'external', ...more },
});

export const aTask = (changes: Partial<Task> = {}): Task => ({
  id: 'shop.instance-1._app.1',
  instanceId: 'shop.instance-1',
  host: '10.0.0.1',
  ipAddresses: ['10.0.0.1'],
  ports: [31000],
  state: 'TASK_RUNNING',
  health: 'unknown',
  version: '2026-01-01T00:00:00.000Z',
  ...changes,
});

/** An app with tasks; without any given: one task, on 10.0.0.1:31000. */
export const anEntry = (app: Partial<App> = {}, tasks: readonly Task[] = [aTask()]): AppEntry => ({
  app: anApp(app),
  tasks: new Map(tasks.map((task) => [task.id, task])),
  since: sinceOf(anApp(app)),
});

export const someOptions = (changes: Partial<BuildOptions> = {}): BuildOptions => ({
  groups: ['external'],
  strictMode: false,
  compat: 'fixed',
  healthCheck: false,
  bindHttpHttps: true,
  bindServicePorts: true,
  listenerSuffix: '',
  bindAddress: '*',
  httpPort: 80,
  httpsPort: 443,
  statsPort: 9090,
  appIdPort: 9091,
  apiPort: 9092,
  overrides: new Map(),
  certificates: ['/etc/ssl/cert.pem'],
  ...changes,
});

export const someGlobals = (changes: Partial<Globals> = {}): Globals => ({
  runDir: '/run/sluice',
  maxConnections: 10_000,
  hardStopAfterSeconds: 1800,
  defaultOptions: ['redispatch', 'dontlognull'],
  templatesDigest: '000000000000',
  ...changes,
});

/** Puts the entries into an assembly, in this order. */
export const assemblyOf = (entries: readonly AppEntry[], options: Partial<BuildOptions> = {}): Assembly => {
  const all = someOptions(options);
  const assembly = new Assembly(all, someGlobals());
  for (const entry of entries) assembly.put(entry.app.id, buildApp(entry, new Map(), all), noChange());
  return assembly;
};

export interface Built {
  readonly desired: Desired;
  readonly problems: readonly Problem[];
}

/** Desired and problems of these apps. */
export const build = (entries: readonly AppEntry[], options: Partial<BuildOptions> = {}): Built => {
  const assembly = assemblyOf(entries, options);
  return { desired: assembly.desired, problems: assembly.problems() };
};

export const aServer = (changes: Partial<Server> = {}): Server => ({
  name: '10_0_0_1_31000',
  id: 28035,
  address: '10.0.0.1',
  port: 31000,
  weight: 1,
  state: 'ready',
  startsDown: false,
  ...changes,
});

export const aProfile = (changes: Partial<Omit<Profile, 'name'>> = {}): Profile =>
  makeProfile({ mode: 'http', balance: 'roundrobin', ...changes });

/** Name, profile, options and servers; the shape follows from these. */
export const aBackend = (changes: Partial<Omit<Backend, 'shape'>> = {}): Backend => {
  const backend = { name: 'shop_10000', profile: aProfile(), serverOptions: {}, servers: [aServer()], ending: [], ...changes };
  return { ...backend, shape: shapeOf(backend.profile, backend.serverOptions) };
};

/** Desired of these backends and map entries, with no frontends. */
export const aDesired = (
  backends: readonly Backend[],
  maps: { readonly [map in 'routes' | 'redirects' | 'apps']?: Readonly<Record<string, string>> } = {},
): Desired => ({
  globals: someGlobals(),
  profiles: new Map(backends.map(({ profile }) => [profile.name, profile])),
  frontends: new Map(),
  backends: new Map(backends.map((backend) => [backend.name, backend])),
  maps: new Map([
    ...(['routes', 'redirects', 'apps'] as const).map((name): [string, Map<string, string>] => [
      name,
      new Map(Object.entries(maps[name] ?? {})),
    ]),
    ['backends', new Map(backends.map(({ name, shape }) => [name, shape]))],
    ['drain', new Map<string, string>()],
  ]),
});

/** What HAProxy 2.6 (Debian 12) can. */
export const haproxy26: Capabilities = {
  version: 'HAProxy version 2.6.12',
  addBackend: false,
  cookieOnNewServer: false,
  sameNames: true,
  clientTimeout: false,
};

/** What HAProxy 3.4 can. */
export const haproxy34: Capabilities = {
  version: 'HAProxy version 3.4.7',
  addBackend: true,
  cookieOnNewServer: true,
  sameNames: false,
  clientTimeout: true,
};

/** The record without one of its fields. */
export const without = <T extends object, K extends keyof T>(value: T, field: K): Omit<T, K> => {
  const { [field]: left, ...rest } = value;
  return left === undefined ? value : rest;
};
