import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { request } from 'undici';
import { type Daemon, startDaemon } from '../daemon/daemon.ts';
import { type StandIn, startStandIn } from '../demo/stand-in.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import { toSettings } from '../settings.ts';
import { demoApps, nextVersion } from './demo/apps.ts';
import { claimPorts } from './demo/claim-ports.ts';
import { guide, type Places } from './demo/guide.ts';
import { Load } from './demo/load.ts';
import { liveLines, logLine, Screen } from './demo/screen.ts';
import { print } from './printable.ts';
import { TERMINAL_SIGNALS, untilSignal } from './until-signal.ts';

const HOST = '127.0.0.1';
/** Of Marathon, http, https, statistics, app id, the API, DNS, and three service ports: where others have them, any. */
const WANTED_PORTS = [8088, 8080, 8443, 9090, 9091, 9092, 8053, 10_001, 10_002, 10_003];
const VISITS = [
  { host: 'shop.localhost', path: '/' },
  { host: 'shop.localhost', path: '/cart/' },
  { host: 'news.blogs.localhost', path: '/' },
];
/** How long the demo waits until its apps answer. */
const STARTS_WITHIN_MS = 60_000;

const postApps = async (marathon: string, apps: readonly object[]): Promise<void> => {
  for (const app of apps) {
    const answer = await request(`${marathon}/v2/apps`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(app),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 201) throw new Error(`the stand-in did not take an app: ${answer.statusCode} ${text}`);
  }
};

const isUp = async (http: string): Promise<boolean> => {
  // On connections of their own: HAProxy would wait for kept ones when it is to end.
  const answers = await Promise.all(VISITS.map(({ host, path }) => request(`${http}${path}`, { headers: { host }, reset: true })));
  await Promise.all(answers.map(({ body }) => body.dump()));
  return answers.every(({ statusCode }) => statusCode === 200);
};

/** Until every visit is answered; false when the demo was ended before. HAProxy may not listen yet: that is no error before the time is over. */
const untilUp = async (http: string, daemon: Daemon, ended: AbortSignal): Promise<boolean> => {
  const deadline = performance.now() + STARTS_WITHIN_MS;
  let last: unknown;
  while (performance.now() < deadline && !ended.aborted) {
    try {
      if (await isUp(http)) return true;
    } catch (error) {
      last = error;
    }
    await wait(200);
  }
  if (ended.aborted) return false;
  const { lastReload } = await daemon.views.status();
  throw new SluiceError(
    'HAPROXY_NOT_RUNNING',
    `the demo's apps did not answer within ${STARTS_WITHIN_MS / 1000} s: ${lastReload?.error ?? messageOf(last)}`,
    last,
  );
};

const show = async (daemon: Daemon, load: Load, ended: AbortSignal): Promise<void> => {
  const screen = new Screen();
  const { isTTY } = process.stdout;
  while (!ended.aborted) {
    const status = await daemon.views.status();
    if (isTTY) screen.draw(liveLines(status, load.tally));
    else print([logLine(status, load.tally)]);
    await pause(isTTY ? 500 : 2000, ended);
  }
};

/** Ends early, without an error, when the signal comes. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

interface Running {
  readonly standIn: StandIn;
  readonly daemon: Daemon;
  readonly places: Places;
  readonly close: () => Promise<void>;
}

const startAll = async (folder: string, ports: readonly number[], haproxy: string | undefined): Promise<Running> => {
  const [marathonPort = 0, http = 0, https = 0, stats = 0, appId = 0, api = 0, dns = 0, ...servicePorts] = ports;
  const standIn = await startStandIn({ port: marathonPort });
  const runDir = join(folder, 'run');
  try {
    const apps = demoApps(servicePorts);
    await postApps(standIn.url, apps);
    const next = join(folder, 'web-2.json');
    writeFileSync(next, JSON.stringify(nextVersion(apps), undefined, 2));
    const settings = toSettings({
      marathon: [standIn.url],
      group: ['external'],
      bindAddress: HOST,
      httpPort: http,
      httpsPort: https,
      statsPort: stats,
      appIdPort: appId,
      apiListen: `${HOST}:${api}`,
      dnsListen: `${HOST}:${dns}`,
      stateDir: join(folder, 'state'),
      runDir,
      logLevel: 'silent',
      ...(haproxy === undefined ? {} : { haproxy }),
    });
    const daemon = await startDaemon(settings, pino({ level: 'silent' }));
    const at = (port: number, scheme = 'http'): string => `${scheme}://${HOST}:${port}`;
    const agent = standIn.agents[0]?.host ?? '';
    const places = {
      marathon: standIn.url,
      http: at(http),
      https: at(https, 'https'),
      stats: at(stats),
      api: at(api),
      dnsPort: dns,
      runDir,
      agent,
      next,
    };
    const close = async (): Promise<void> => {
      await daemon.close();
      await standIn.close();
    };
    return { standIn, daemon, places, close };
  } catch (error) {
    await standIn.close();
    throw error;
  }
};

const demo = async ({ haproxy, seconds }: { haproxy?: string; seconds?: number }): Promise<void> => {
  const { ports, release } = await claimPorts(WANTED_PORTS, HOST);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  const ending = new AbortController();
  void untilSignal(TERMINAL_SIGNALS).then(() => ending.abort());
  const timer = seconds === undefined ? undefined : setTimeout(() => ending.abort(), seconds * 1000);
  try {
    console.log('starting a stand-in for Marathon, three apps of three tasks each, and HAProxy ...');
    const running = await startAll(folder, ports, haproxy);
    const load = new Load(running.places.http, VISITS);
    try {
      if (await untilUp(running.places.http, running.daemon, ending.signal)) {
        print(guide(running.places));
        load.start(30);
        await show(running.daemon, load, ending.signal);
      }
    } finally {
      await load.close();
      await running.close();
    }
    const { requests, failures } = load.tally;
    console.log(`ended after ${requests} requests, ${failures} failures; nothing is left behind`);
  } finally {
    clearTimeout(timer);
    await release();
    rmSync(folder, { recursive: true, force: true });
  }
};

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 86_400)) throw new InvalidArgumentError('must be a number of seconds, a day at most');
  return value;
};

export const addDemo = (program: Command): void => {
  program
    .command('demo')
    .description('the whole thing on loopback: a stand-in for Marathon with live tasks, HAProxy, and a small load')
    .option('--haproxy <path>', 'the HAProxy binary')
    .option('--seconds <n>', 'end by itself after so many seconds', positive)
    .addHelpText(
      'after',
      '\nExamples:\n  sluice demo\n  sluice demo --seconds 20\n\nExit codes: 0 ended by Ctrl-C or --seconds, 1 it cannot run, 2 the command line is wrong',
    )
    .action(demo);
};
