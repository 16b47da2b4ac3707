import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { anAppDefinition, type Edge, getFrom, openEdge } from '../kit/edge.ts';
import { eachHaproxy, haproxies } from '../kit/haproxy.ts';
import { steadyClients } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';

/** What zdd writes into the apps that it makes. */
const aColour = (colour: 'blue' | 'green', instances: number, target: number, path = '/health'): object =>
  anAppDefinition(`/nginx-${colour}`, {
    instances,
    taskKillGracePeriodSeconds: 20,
    healthChecks: [{ path, intervalSeconds: 2, gracePeriodSeconds: 60 }],
    labels: {
      HAPROXY_0_VHOST: 'nginx.example',
      HAPROXY_0_MODE: 'http',
      HAPROXY_0_PORT: '10000',
      HAPROXY_APP_ID: 'nginx',
      HAPROXY_DEPLOYMENT_GROUP: 'nginx',
      HAPROXY_DEPLOYMENT_ALT_PORT: '10001',
      HAPROXY_DEPLOYMENT_COLOUR: colour,
      HAPROXY_DEPLOYMENT_STARTED_AT: colour === 'blue' ? '2026-11-16T10:00:00.123456' : '2026-11-17T10:00:00.123456',
      HAPROXY_DEPLOYMENT_TARGET_INSTANCES: `${target}`,
      HAPROXY_DEPLOYMENT_NEW_INSTANCES: '0',
    },
  });

interface Row {
  readonly server: string;
  readonly status: string;
  readonly busy: number;
}

/** The servers of the group, as zdd reads them. */
const rowsOf = async (edge: Edge): Promise<readonly Row[]> => {
  const { text } = await getFrom(`http://127.0.0.1:${edge.ports.stats}/haproxy?stats;csv`);
  const [head = '', ...lines] = text.split('\n');
  const columns = head.replace(/^# /, '').split(',');
  const at = (words: readonly string[], column: string): string => words[columns.indexOf(column)] ?? '';
  return lines
    .map((line) => line.split(','))
    .filter((words) => at(words, 'pxname') === 'nginx_10000' && !['FRONTEND', 'BACKEND'].includes(at(words, 'svname')))
    .map((words) => ({
      server: at(words, 'svname'),
      status: at(words, 'status'),
      busy: Number(at(words, 'qcur')) + Number(at(words, 'scur')),
    }));
};

interface AppAnswer {
  readonly app: {
    readonly instances: number;
    readonly deployments: readonly unknown[];
    readonly tasks: readonly { readonly id: string; readonly host: string; readonly ports: readonly number[] }[];
  };
}

const appOf = async (edge: Edge, colour: string): Promise<AppAnswer['app']> =>
  ((await edge.marathon('GET', `/v2/apps/nginx-${colour}`)) as AppAnswer).app;

const serverOf = ({ host, ports }: AppAnswer['app']['tasks'][number]): string => `${host}_${ports[0] ?? 0}`.replaceAll('.', '_');

/** Waits until as many are up as there are to be, and some are drained; gives the old tasks that are. */
const drainedTasks = async (edge: Edge, from: string, to: string, target: number): Promise<readonly string[]> =>
  waitFor('tasks are drained', async () => {
    const [old, fresh, rows] = [await appOf(edge, from), await appOf(edge, to), await rowsOf(edge)];
    const up = rows.filter(({ status }) => status === 'UP').length;
    const idle = new Set(rows.filter(({ status, busy }) => status === 'MAINT' && busy === 0).map(({ server }) => server));
    const drained = old.tasks.filter((task) => idle.has(serverOf(task))).map(({ id }) => id);
    const isSettled = fresh.deployments.length === 0 && rows.length === old.instances + fresh.instances && up >= target;
    if (!isSettled || drained.length === 0) throw new Error(JSON.stringify({ rows, old: old.instances, fresh: fresh.instances }));
    return drained;
  });

/** zdd's loop: as many old tasks are killed as are drained, the new app grows, until the old one can be deleted. */
const swap = async (edge: Edge, from: 'blue' | 'green', to: 'blue' | 'green', target: number): Promise<void> => {
  for (;;) {
    const drained = await drainedTasks(edge, from, to, target);
    const [old, fresh] = [await appOf(edge, from), await appOf(edge, to)];
    if (fresh.instances === target && drained.length === old.instances) break;
    await edge.deploy('POST', '/v2/tasks/delete?scale=true', { ids: drained });
    if (fresh.instances < target) await edge.deploy('PUT', `/v2/apps/nginx-${to}`, { instances: Math.min(target, fresh.instances * 2) });
  }
  await edge.deploy('DELETE', `/v2/apps/nginx-${from}`);
};

const TARGET = 3;

const blueUnderLoad = async (t: TestContext, haproxy: string) => {
  const edge = await openEdge(t, { haproxy, apps: [aColour('blue', TARGET, TARGET)] });
  await edge.until(200, 'nginx.example');
  const clients = await steadyClients(t, [{ host: 'nginx.example', port: edge.ports.http }]);
  return { edge, clients };
};

const tasksOf = (edge: Edge, colour: string): readonly string[] => edge.standIn.tasks(`/nginx-${colour}`).map(({ id }) => id);

eachHaproxy('blue and green', ({ binary }) => {
  it('swap step by step as zdd does it: drained servers get nothing new, and no request fails', async (t) => {
    const { edge, clients } = await blueUnderLoad(t, binary);
    await edge.marathon('POST', '/v2/apps', aColour('green', 1, TARGET));
    const drained = await drainedTasks(edge, 'blue', 'green', TARGET);
    assert.equal(drained.length, 1, 'as many as there are new ones');
    clients.forgetAnswers();
    await clients.moreRequests();
    assert.ok(
      drained.every((task) => !clients.seen.byTask.has(task)),
      'it answers nobody',
    );
    await swap(edge, 'blue', 'green', TARGET);
    await clients.moreRequests();
    clients.forgetAnswers();
    await clients.moreRequests();
    const seen = await clients.stop();
    assert.deepEqual(seen.failures, []);
    assert.deepEqual(
      [...seen.byTask.keys()].filter((task) => !tasksOf(edge, 'green').includes(task)),
      [],
    );
    await waitFor('HAProxy is as desired', async () => (await edge.daemon.views.plan()).kind === 'noop');
  });

  if (binary !== haproxies[0]?.binary) return;

  it('swap back half-way, with checks that differ, and no request fails', async (t) => {
    const { edge, clients } = await blueUnderLoad(t, binary);
    await edge.marathon('POST', '/v2/apps', aColour('green', 1, TARGET, '/other'));
    const drained = await drainedTasks(edge, 'blue', 'green', TARGET);
    await edge.deploy('POST', '/v2/tasks/delete?scale=true', { ids: drained });
    await edge.deploy('PUT', '/v2/apps/nginx-green', { instances: 2 });
    await drainedTasks(edge, 'blue', 'green', TARGET);
    // --complete-prev: the older app grows again.
    await edge.deploy('PUT', '/v2/apps/nginx-blue', { instances: TARGET });
    await swap(edge, 'green', 'blue', TARGET);
    await clients.moreRequests();
    assert.deepEqual((await clients.stop()).failures, []);
    // 'UP 1/4' is a server that was found well once since HAProxy was told that it is up.
    const up = (await rowsOf(edge)).filter(({ status }) => /^UP\b/.test(status));
    assert.equal(up.length, TARGET);
  });

  it('drained servers stay drained through a reload', async (t) => {
    const { edge, clients } = await blueUnderLoad(t, binary);
    await edge.marathon('POST', '/v2/apps', aColour('green', 1, TARGET));
    const [drained = ''] = await drainedTasks(edge, 'blue', 'green', TARGET);
    const reloads = async (): Promise<number> => (await edge.daemon.views.status()).counters.reloads;
    const before = await reloads();
    await edge.marathon('POST', '/v2/apps', anAppDefinition('/news', { labels: { HAPROXY_0_BALANCE: 'leastconn' } }));
    await edge.until(200, 'news.example');
    await waitFor('another kind of backend has made it reload', async () => (await reloads()) > before);
    assert.deepEqual(await drainedTasks(edge, 'blue', 'green', TARGET), [drained]);
    const explained = await edge.daemon.views.explain('/nginx-green');
    assert.deepEqual(explained?.deployment?.drained, [drained]);
    assert.match(explained.ports[0]?.servers.find(({ taskId }) => taskId === drained)?.because ?? '', /^it is drained/);
    clients.forgetAnswers();
    await clients.moreRequests();
    const seen = await clients.stop();
    assert.equal(seen.byTask.has(drained), false);
    assert.deepEqual(seen.failures, []);
  });
});
