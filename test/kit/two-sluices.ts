import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { request } from 'undici';
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import { toSettings } from '../../src/settings.ts';
import { askApi } from './ask-api.ts';
import { anAppDefinition } from './edge.ts';
import { freePorts } from './free-ports.ts';
import { lastly } from './lastly.ts';
import { tempFolder } from './temp-folder.ts';
import { waitFor } from './wait-for.ts';

/** A Sluice with a HAProxy of its own, as the task of the app /sluice that the stand-in has there. */
export interface TaskSluice {
  readonly taskId: string;
  /** Where its HAProxy listens: its agent's address. */
  readonly host: string;
  readonly runDir: string;
  readonly ask: (path: string, method?: string, body?: object) => Promise<unknown>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface TwoSluices {
  readonly standIn: StandIn;
  readonly marathon: (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<unknown>;
  /** The one that leads, and the other. */
  readonly leader: TaskSluice;
  readonly other: TaskSluice;
  readonly ports: { readonly http: number; readonly stats: number };
}

interface ToldTask {
  readonly id: string;
  readonly host: string;
  readonly startedAt: string;
}

const byAge = (a: ToldTask, b: ToldTask): number => (`${a.startedAt} ${a.id}` < `${b.startedAt} ${b.id}` ? -1 : 1);

const openSluice = (t: TestContext, { id, host }: ToldTask, flags: Readonly<Record<string, unknown>>): TaskSluice => {
  const { path, remove } = tempFolder();
  const runDir = join(path, 'run');
  const all = { ...flags, bindAddress: host, runDir, stateDir: join(path, 'state') };
  const settings = toSettings(all, { MARATHON_APP_ID: '/sluice', MESOS_TASK_ID: id });
  let daemon: Daemon | undefined;
  const stop = async (): Promise<void> => {
    const ending = daemon;
    daemon = undefined;
    await ending?.close();
  };
  lastly(t, remove);
  lastly(t, stop);
  return {
    ...{ taskId: id, host, runDir, stop },
    ask: async (where, method = 'GET', body) => {
      const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, content: JSON.stringify(body) };
      const { status, text } = await askApi(runDir, where, { method, ...sent });
      if (status !== 200) throw new Error(`${method} ${where}: ${status} ${text}`);
      return JSON.parse(text) as unknown;
    },
    start: async () => {
      const started = await startDaemon(settings, pino({ level: process.env['SLUICE_TEST_LOG'] ?? 'silent' }));
      daemon = started;
      await waitFor('Sluice is ready', () => started.views.ready().ready);
    },
  };
};

/** Two Sluices side by side, as Marathon runs them, and the app /shop; ended after the test. */
export const openTwoSluices = async (t: TestContext, flags: Readonly<Record<string, unknown>> = {}): Promise<TwoSluices> => {
  const standIn = await startStandIn({ timeScale: 0.05 });
  lastly(t, async () => standIn.close());
  const marathon: TwoSluices['marathon'] = async (method, path, body) => {
    const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await request(`${standIn.url}${path}`, { method, ...sent });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  const own = { id: '/sluice', cmd: 'sluice run', instances: 2, networks: [{ mode: 'host' }], constraints: [['hostname', 'UNIQUE']] };
  await marathon('POST', '/v2/apps', own);
  await marathon('POST', '/v2/apps', anAppDefinition('/shop'));
  const tasks = await waitFor('two tasks are to be Sluices', async () => {
    const { app } = (await marathon('GET', '/v2/apps//sluice')) as {
      readonly app: { readonly tasks: readonly (ToldTask & { state: string })[] };
    };
    return app.tasks.length === 2 && app.tasks.every(({ state }) => state === 'TASK_RUNNING') ? app.tasks : undefined;
  });
  const [first, second] = [...tasks].sort(byAge);
  if (first === undefined || second === undefined) throw new Error('there are no two tasks');
  const [http = 0, https = 0, stats = 0, appId = 0] = await freePorts(4, first.host);
  const all = {
    ...{ marathon: standIn.urls, group: ['external'], httpPort: http, httpsPort: https, statsPort: stats, appIdPort: appId },
    ...{ apiListen: 'off', maxconn: 2000, dontBindServicePorts: true, haproxy: process.env['SLUICE_HAPROXY'] ?? 'haproxy', ...flags },
  };
  const leader = openSluice(t, first, all);
  const other = openSluice(t, second, all);
  await Promise.all([leader.start(), other.start()]);
  return { standIn, marathon, leader, other, ports: { http, stats } };
};
