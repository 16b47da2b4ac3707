import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { openHaproxy, type Haproxy } from '../../src/haproxy/haproxy.ts';
import type { HaproxyOptions } from '../../src/haproxy/options.ts';
import type { RenderedFile } from '../../src/render/file.ts';
import { lastly } from './lastly.ts';
import { tempFolder } from './temp-folder.ts';

const build = fileURLToPath(new URL('../../build', import.meta.url));

export interface HaproxyUnderTest {
  /** '2.6', '3.0'. */
  readonly version: string;
  readonly binary: string;
}

const versionOf = (binary: string): string | undefined =>
  /version (\d+\.\d+)/.exec(spawnSync(binary, ['-v'], { encoding: 'utf8', timeout: 10_000 }).stdout)?.[1];

const find = (): readonly HaproxyUnderTest[] => {
  const fetched = existsSync(build) ? readdirSync(build).filter((name) => name.startsWith('haproxy-')) : [];
  const binaries = [process.env.SLUICE_HAPROXY ?? 'haproxy', ...fetched.map((name) => join(build, name, 'haproxy'))];
  const found = new Map<string, HaproxyUnderTest>();
  for (const binary of binaries) {
    const version = versionOf(binary);
    if (version !== undefined && !found.has(version)) found.set(version, { version, binary });
  }
  return [...found.values()];
};

/** The installed HAProxy and those that get-haproxy.ts has fetched. */
export const haproxies = find();

/** The same tests with every HAProxy that is there. */
export const eachHaproxy = (subject: string, tests: (haproxy: HaproxyUnderTest) => void): void => {
  for (const haproxy of haproxies) describe(`HAProxy ${haproxy.version}: ${subject}`, () => tests(haproxy));
  if (haproxies.length === 1) void it.skip(`HAProxy 3.0 and later: ${subject} (not here; to fetch it: node test/kit/get-haproxy.ts)`);
};

/** A directory that is gone after the test. */
export const runFolder = (t: TestContext): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  return path;
};

/** What a binary can is asked once by each test file, not by each test. */
const capabilities = new Map<string, Buffer>();

export interface Opened {
  readonly haproxy: Haproxy;
  readonly runDir: string;
  /** What `onExit` was called with. */
  readonly exits: Parameters<HaproxyOptions['onExit']>[0][];
}

/** Opened in a directory of its own; stopped after the test. */
export const open = async (t: TestContext, { binary }: HaproxyUnderTest, overrides: Partial<HaproxyOptions> = {}): Promise<Opened> => {
  const runDir = overrides.runDir ?? runFolder(t);
  const exits: Opened['exits'] = [];
  const known = capabilities.get(binary);
  const cache = join(runDir, 'capabilities.json');
  if (known !== undefined && existsSync(runDir)) await writeFile(cache, known);
  const haproxy = await openHaproxy({
    binary,
    runDir,
    log: pino({ level: 'silent' }),
    oldWorkersLimit: 20,
    oldWorkersMemoryBytes: 2 ** 31,
    onExit: (exit) => exits.push(exit),
    ...overrides,
  });
  capabilities.set(binary, await readFile(cache));
  lastly(t, async () => haproxy.close({ haproxy: 'stop', softStopLimitMs: 0 }));
  return { haproxy, runDir, exits };
};

export interface ConfigText {
  readonly runDir: string;
  readonly port: number;
  readonly fingerprint?: string;
  /** Lines of backends and whatever else comes at the end. */
  readonly rest?: string;
  readonly routes?: string;
  readonly backends?: string;
}

/** A small config of the form that Sluice renders: routes by the map `routes` on one port, shapes in the map `backends`. */
export const configFiles = ({
  runDir,
  port,
  fingerprint = 'a1',
  rest = '',
  routes = '',
  backends = '',
}: ConfigText): readonly RenderedFile[] => [
  { path: 'maps/routes.map', bytes: Buffer.from(routes) },
  { path: 'maps/backends.map', bytes: Buffer.from(backends) },
  {
    path: 'haproxy.cfg',
    bytes: Buffer.from(`global
  default-path config
  description sluice-${fingerprint}
  maxconn 200
  nbthread 1
  stats socket ${runDir}/admin.sock mode 600 level admin
  stats timeout 1h
  server-state-file ${runDir}/servers.state
  hard-stop-after 60s
  mworker-max-reloads 1000
  httpclient.ssl.verify none
defaults sluice
  mode http
  balance roundrobin
  option idle-close-on-response
  option redispatch
  load-server-state-from-file global
  retries 3
  timeout connect 2s
  timeout client 30s
  timeout server 30s
defaults plain from sluice
defaults sticky from sluice
  cookie SLUICE insert indirect nocache
frontend web from sluice
  bind 127.0.0.1:${port}
  http-request set-var(txn.backend) path,map_beg(maps/routes.map)
  http-request set-var(txn.shape) str(),map(maps/backends.map) if FALSE
  http-request return status 200 content-type text/plain string fingerprint-${fingerprint} if { path /fingerprint }
  use_backend %[var(txn.backend)] if { var(txn.backend) -m found }
${rest}
`),
  },
];
