import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { freePorts } from '../test/kit/free-ports.ts';
import { tempFolder } from '../test/kit/temp-folder.ts';
import type { Bench } from './kit/benchmark.ts';
import type { HaproxyUnderTest } from './kit/haproxies.ts';
import { manyAppsBody, vhostOf } from './kit/many-apps.ts';
import { PlainHaproxy } from './kit/plain-haproxy.ts';
import type { Bar, Report, Row } from './kit/report.ts';
import { median } from './kit/stats.ts';
import { wrk, type WrkResult, wrkScript } from './kit/wrk.ts';

const VHOSTS = [1, 5000];
const TASKS = 5;
/** The configurations take turns. */
const ROUNDS = 11;
const SECONDS = 3;
const CONNECTIONS = 20;
/** Virtual hosts that are asked, spread over all there are. */
const ASKED = 50;
const ENTRY = fileURLToPath(new URL('../bin/sluice.js', import.meta.url));

/** Each task of an app has an address of its own; one HAProxy answers at all of them. */
const addresses = Array.from({ length: TASKS }, (_, task) => `127.0.0.${task + 1}`);

const TIMEOUTS = `  timeout connect 3s
  timeout client 30s
  timeout server 30s
  timeout http-keep-alive 30s`;

const originConfig = (port: number): string => `global
  maxconn 4000
defaults
  mode http
${TIMEOUTS}
frontend origin
${addresses.map((address) => `  bind ${address}:${port}`).join('\n')}
  http-request return status 200 content-type text/plain string "hello, this is the origin"
`;

/** What somebody would write by hand for so many hosts, without a thought for more. `mapFile` says which host leads to which backend. */
const minimalConfig = (port: number, originPort: number, apps: number, mapFile: string): string => `global
  maxconn 4000
defaults
  mode http
  balance roundrobin
${TIMEOUTS}
frontend in
  bind 127.0.0.1:${port}
  use_backend %[req.hdr(host),map(${mapFile})]
${Array.from({ length: apps }, (_, app) => minimalBackend(app, originPort)).join('\n')}
`;

const minimalBackend = (app: number, originPort: number): string =>
  [`backend app${app}`, ...addresses.map((address, task) => `  server task${task} ${address}:${originPort}`)].join('\n');

interface Result extends WrkResult {
  /** Of HAProxy; says more than requests/s where others use the machine too. */
  readonly cpuMicrosPerRequest: number;
}

/** A configuration that is measured: where it listens, and what asks it. */
interface Course {
  readonly name: string;
  readonly port: number;
  /** For wrk. */
  readonly script: string;
  readonly haproxy: PlainHaproxy;
  readonly results: Result[];
}

/** Sluice's own files for so many apps, as `sluice render` makes them. */
const render = async (
  haproxy: HaproxyUnderTest,
  vhosts: number,
  overriding: number,
  originPort: number,
  folder: string,
): Promise<{ config: string; port: number }> => {
  mkdirSync(folder);
  const apps = join(folder, 'apps.json');
  const shape = { address: (_: number, task: number) => ({ host: addresses[task] ?? '', port: originPort }), isChecked: () => false };
  writeFileSync(apps, manyAppsBody(vhosts, TASKS, overriding, shape));
  const [http = 0, https = 0, stats = 0, appId = 0] = await freePorts(4);
  const flags = {
    apps,
    out: join(folder, 'config'),
    group: 'external',
    haproxy: haproxy.binary,
    maxconn: 4000,
    'bind-address': '127.0.0.1',
    'http-port': http,
    'https-port': https,
    'stats-port': stats,
    'app-id-port': appId,
    'run-dir': folder,
    'state-dir': folder,
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  await execa(process.execPath, [ENTRY, 'render', '--dont-bind-service-ports', ...args]);
  // The root of its workers, which `sluice run` makes.
  mkdirSync(join(folder, 'workers'), { recursive: true });
  return { config: join(folder, 'config', 'haproxy.cfg'), port: http };
};

const hostsAsked = (vhosts: number): readonly string[] => {
  const count = Math.min(ASKED, vhosts);
  return Array.from({ length: count }, (_, index) => vhostOf(Math.floor(((index + 1) * vhosts) / count) - 1));
};

/** Sluice's configuration beside one by hand that has only the hosts that are asked. */
interface Pair {
  readonly vhosts: number;
  readonly byHand: Course;
  readonly sluice: Course;
}

const prepare = async (haproxy: HaproxyUnderTest, { ends, overriding }: Bench): Promise<readonly Pair[]> => {
  const folder = tempFolder();
  ends.add(folder.remove);
  const start = async (config: string, port: number): Promise<PlainHaproxy> => {
    const process = await PlainHaproxy.start(haproxy.binary, config, port);
    ends.add(() => process.close());
    return process;
  };
  const write = (name: string, text: string): string => {
    const file = join(folder.path, name);
    writeFileSync(file, text);
    return file;
  };
  const [originPort = 0, ...ports] = await freePorts(1 + VHOSTS.length);
  await start(write('origin.cfg', originConfig(originPort)), originPort);
  const pairs: Pair[] = [];
  for (const [index, vhosts] of VHOSTS.entries()) {
    const hosts = hostsAsked(vhosts);
    const script = write(`${vhosts}.lua`, wrkScript(hosts));
    const map = write(`${vhosts}.map`, hosts.map((host, app) => `${host} app${app}\n`).join(''));
    const port = ports[index] ?? 0;
    const byHand = await start(write(`by-hand-${vhosts}.cfg`, minimalConfig(port, originPort, hosts.length, map)), port);
    const rendered = await render(haproxy, vhosts, overriding, originPort, join(folder.path, `sluice-${vhosts}`));
    const sluice = await start(rendered.config, rendered.port);
    pairs.push({
      vhosts,
      byHand: { name: `by hand, ${hosts.length} vhosts`, port, script, haproxy: byHand, results: [] },
      sluice: { name: `sluice, ${vhosts} vhosts, ${hosts.length} asked`, port: rendered.port, script, haproxy: sluice, results: [] },
    });
  }
  return pairs;
};

const measure = async ({ haproxy, port, script }: Course): Promise<Result> => {
  const before = haproxy.cpuSeconds;
  const result = await wrk(port, script, SECONDS, CONNECTIONS);
  const micros = (haproxy.cpuSeconds - before) * 1e6;
  return { ...result, cpuMicrosPerRequest: micros / (result.requestsPerSecond * SECONDS) };
};

const medianOf = ({ results }: Course, figure: keyof Result): number => median(results.map((result) => result[figure]));
const errors = ({ results }: Course): number => results.reduce((sum, result) => sum + result.errors, 0);

/** Of runs that came one after the other: what disturbs the machine for longer than a run disturbs both. */
const ratio = (one: Course, other: Course, figure: keyof Result): number =>
  median(one.results.map((result, index) => result[figure] / (other.results[index]?.[figure] ?? Number.NaN)));

const rowOf = (course: Course): Row => ({
  what: course.name,
  figures: {
    'requests/s': medianOf(course, 'requestsPerSecond'),
    'p99 ms': medianOf(course, 'p99Ms'),
    'CPU us/request': medianOf(course, 'cpuMicrosPerRequest'),
  },
});

const barsOf = ({ vhosts, byHand, sluice }: Pair): readonly Bar[] => [
  { what: `requests/s with ${vhosts} vhosts / by hand`, value: ratio(sluice, byHand, 'requestsPerSecond'), atLeast: 0.9 },
  // Turned round, as more is worse here.
  { what: `p99 by hand / with ${vhosts} vhosts`, value: ratio(byHand, sluice, 'p99Ms'), atLeast: 0.9 },
  { what: `errors with ${vhosts} vhosts`, value: errors(sluice), atMost: 0 },
];

/** Requests through Sluice's configuration, with one virtual host and with thousands, beside a minimal one by hand. */
export async function* run(bench: Bench): AsyncGenerator<Report> {
  for (const haproxy of bench.haproxies) {
    bench.say(`HAProxy ${haproxy.version}`);
    const pairs = await prepare(haproxy, bench);
    const courses = pairs.flatMap(({ byHand, sluice }) => [byHand, sluice]);
    for (let round = 0; round < ROUNDS; round++) for (const course of courses) course.results.push(await measure(course));
    yield { name: 'data-plane', haproxy: haproxy.version, rows: courses.map(rowOf), bars: pairs.flatMap(barsOf) };
    await bench.ends.close();
  }
}
