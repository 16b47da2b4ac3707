import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { startDaemon } from '../../src/daemon/daemon.ts';
import { startStandIn } from '../../src/demo/stand-in.ts';
import type { Explanation } from '../../src/picture/explanation.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { KnownProblem } from '../../src/report/known-problems.ts';
import type { Readiness, Status } from '../../src/report/status.ts';
import { toSettings } from '../../src/settings.ts';
import { pino } from 'pino';
import { askApi } from '../kit/ask-api.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { byHand, endHaproxyOf, masterOf } from '../kit/haproxy-of.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';
import { lastly } from '../kit/lastly.ts';

const keysOf = (value: unknown): readonly string[] => Object.keys(value as object).sort();

/** The places where the API answers. */
const placesOf = (edge: Edge): readonly string[] => [edge.runDir, edge.daemon.apiUrl ?? ''];

describe('the API', () => {
  it('answers each question the same on its socket and on TCP', async (t) => {
    const edge = await openEdge(t, { apps: [anAppDefinition('/shop/cart')] });
    await edge.until(200, 'cart.example');
    for (const place of placesOf(edge)) {
      assert.deepEqual((await askApi(place, '/health')).body, { alive: true });
      const ready = await askApi(place, '/ready');
      assert.deepEqual([ready.status, ready.body], [200, { ready: true, because: [], notes: [], pictureAgeSeconds: 0 }]);
      assert.deepEqual((await askApi(place, '/plan')).body, { kind: 'noop' });
      const status = (await askApi(place, '/status')).body as Status;
      assert.deepEqual([status.apps, status.tasks, status.servers, status.haproxy.running], [1, 2, 2, true]);
      const explanation = (await askApi(place, '/apps/shop/cart')).body as Explanation;
      assert.equal(explanation.appId, '/shop/cart');
      assert.deepEqual(
        explanation.ports[0]?.servers.map(({ because }) => because),
        ['it takes traffic', 'it takes traffic'],
      );
    }
  });

  it('has answers whose keys are what operators rely on', async (t) => {
    const edge = await openEdge(t, {
      apps: [anAppDefinition('/shop/cart'), anAppDefinition('/wrong', { labels: { HAPROXY_0_MODE: 'udp' } })],
    });
    await edge.until(200, 'cart.example');
    await edge.deploy('PUT', '/v2/apps/shop/cart', { instances: 3 });
    await waitFor('a cycle was reported', async () => (await edge.daemon.views.status()).lastCycle !== undefined);
    const status = (await askApi(edge.runDir, '/status')).body as Status;
    assert.deepEqual(keysOf(status), [
      ...[
        'apps',
        'backends',
        'counters',
        'dns',
        'durations',
        'frontends',
        'haproxy',
        'lastCycle',
        'lastReload',
        'marathon',
        'picture',
        'pid',
        'problems',
        'ready',
        'servers',
      ],
      ...['sluices', 'startedAt', 'tasks', 'version'],
    ]);
    assert.deepEqual(keysOf(status.counters), [
      ...[
        'auditDifferences',
        'audits',
        'confirmedReads',
        'cycles',
        'doubtedAnswers',
        'endedWorkers',
        'events',
        'failedReloads',
        'foreignWorkers',
        'heldReads',
        'lostLogLines',
        'mismatches',
      ],
      ...['refusedSteps', 'reloadCycles', 'reloads', 'repairedEntries', 'repairedServers', 'runtimeCycles', 'steps'],
    ]);
    assert.deepEqual(keysOf(status.picture), ['ageSeconds', 'asOf', 'isInDoubt', 'saved', 'source']);
    assert.deepEqual(keysOf(status.haproxy), ['fingerprint', 'oldWorkers', 'reloadPending', 'running', 'version']);
    assert.deepEqual(keysOf(status.lastCycle), ['at', 'because', 'durationMs', 'kind', 'steps']);
    assert.deepEqual(keysOf(status.lastReload), ['at', 'because', 'durationMs']);
    for (const key of [
      'brokenEvents',
      'connected',
      'lastEventAtMs',
      'lastFullReadAtMs',
      'leader',
      'problems',
      'reconnects',
      'streaming',
      'url',
    ])
      assert.ok(keysOf(status.marathon).includes(key), `marathon.${key}`);
    const [problem] = status.problems;
    assert.equal(problem?.appId, '/wrong');
    assert.deepEqual(keysOf(problem), ['appId', 'label', 'message', 'portIndex', 'since']);
    const explanation = (await askApi(edge.runDir, '/apps/shop/cart')).body as Explanation;
    assert.deepEqual(keysOf(explanation), ['appId', 'groups', 'instances', 'network', 'ports', 'problems']);
    assert.deepEqual(keysOf(explanation.ports[0]), [
      ...['backend', 'balance', 'frontends', 'index', 'left', 'mode', 'routes', 'servers', 'servicePort'],
    ]);
    assert.deepEqual(keysOf(explanation.ports[0]?.servers[0]), [
      'address',
      'because',
      'connections',
      'name',
      'port',
      'state',
      'taskId',
      'up',
      'weight',
    ]);
  });

  it('finds an app however its id is written, and says so when there is none', async (t) => {
    const longId = `/${'very-long-group-name/'.repeat(8)}cart`;
    const edge = await openEdge(t, { apps: [anAppDefinition('/shop/cart'), anAppDefinition(longId)] });
    const ways = [
      '/apps/shop/cart',
      '/apps//shop/cart',
      '/apps/shop//cart/',
      '/apps/%2Fshop%2Fcart',
      '/apps/shop%2fcart',
      '/apps/shop/c%61rt?x=1',
    ];
    for (const place of placesOf(edge)) {
      for (const path of ways) assert.equal(((await askApi(place, path)).body as Explanation).appId, '/shop/cart', path);
      assert.equal(((await askApi(place, `/apps${longId}`)).body as Explanation).appId, longId);
      for (const path of ['/apps/nobody', '/apps/', '/apps/shop', '/apps/shop/Cart']) {
        const { status, body } = await askApi(place, path);
        assert.equal(status, 404, path);
        assert.equal((body as { code: string }).code, 'NO_SUCH_APP', path);
        assert.match((body as { error: string }).error, /^Marathon has no app \//);
      }
    }
  });

  const WRONG: readonly (readonly [what: string, path: string, options: Parameters<typeof askApi>[2], status: number])[] = [
    ['an unknown path', '/nothing', {}, 404],
    ['the root', '/', {}, 404],
    ['an app without a slash', '/apps', {}, 404],
    ['a POST', '/status', { method: 'POST' }, 404],
    ['a DELETE', '/apps/shop', { method: 'DELETE' }, 404],
    ['a POST of JSON', '/plan', { method: 'POST', headers: { 'content-type': 'application/json' }, content: '{"a":1}' }, 404],
    ['a POST of broken JSON', '/plan', { method: 'POST', headers: { 'content-type': 'application/json' }, content: '{' }, 400],
    ['a POST of something', '/plan', { method: 'POST', headers: { 'content-type': 'text/weird' }, content: 'x' }, 404],
    ['a path that cannot be decoded', '/apps/%zz', {}, 400],
    ['a group that cannot be decoded', '/v2/rollouts/%zz', {}, 400],
    ['a huge URL', `/apps/${'a'.repeat(20_000)}`, {}, 431],
    ['a huge header', '/status', { headers: { 'x-huge': 'a'.repeat(20_000) } }, 431],
  ];

  it('answers what it does not understand with an error in JSON, and goes on', async (t) => {
    const edge = await openEdge(t);
    for (const place of placesOf(edge)) {
      for (const [what, path, options, status] of WRONG) {
        const answer = await askApi(place, path, options);
        assert.equal(answer.status, status, what);
        const { error, code } = answer.body as { error?: unknown; code?: unknown };
        assert.equal(typeof error, 'string', `${what}: ${answer.text}`);
        if (status === 400) assert.equal(code, 'BAD_REQUEST', what);
      }
      assert.equal((await askApi(place, '/health')).status, 200);
      assert.equal((await askApi(place, '/ready', { method: 'HEAD' })).status, 200);
    }
  });

  it('has a socket for nobody else than its owner', async (t) => {
    const edge = await openEdge(t);
    assert.equal(statSync(join(edge.runDir, 'sluice.sock')).mode & 0o777, 0o600);
    assert.equal(statSync(edge.runDir).mode & 0o077, 0);
  });

  it('plans what would change, and does not do it', async (t) => {
    const edge = await openEdge(t, { apps: [anAppDefinition('/shop')] });
    await edge.until(200, 'shop.example');
    const { backend = '', servers = [] } = (await edge.daemon.views.explain('/shop'))?.ports[0] ?? {};
    const server = servers[0]?.name ?? '';
    await byHand(edge.runDir, `set server ${backend}/${server} state maint`);
    await byHand(edge.runDir, 'del map maps/routes.map shop.example/');
    const wanted: Plan = {
      kind: 'runtime',
      steps: [
        { kind: 'set-state', backend, server, state: 'ready' },
        { kind: 'add-map-entry', map: 'routes', key: 'shop.example/', value: backend },
      ],
    };
    for (const place of placesOf(edge)) assert.deepEqual((await askApi(place, '/plan')).body, wanted);
    assert.deepEqual((await askApi(edge.runDir, '/plan')).body, wanted);
    assert.equal((await edge.get('shop.example')).status, 503);
    const state = ((await askApi(edge.runDir, '/apps/shop')).body as Explanation).ports[0]?.servers.find(({ name }) => name === server);
    assert.deepEqual([state?.state, state?.because], ['maint', 'HAProxy has it in maint']);
  });

  it('still tells the status while HAProxy does not answer', async (t) => {
    const edge = await openEdge(t, { apps: [anAppDefinition('/shop')] });
    const master = (await masterOf(edge.runDir)) ?? 0;
    process.kill(master, 'SIGSTOP');
    try {
      const { status, body } = await askApi(edge.runDir, '/status');
      assert.equal(status, 200);
      const { oldWorkers, version } = (body as Status).haproxy;
      assert.deepEqual([oldWorkers, version], [null, null]);
    } finally {
      process.kill(master, 'SIGCONT');
    }
    await waitFor('the status is whole again', async () => (await edge.daemon.views.status()).haproxy.oldWorkers === 0);
  });
});

test('/ready is red until a first state is applied, and says what is missing', async (t) => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const standIn = await startStandIn();
  lastly(t, async () => standIn.close());
  standIn.faults.refuse({ status: 503 });
  const [httpPort, httpsPort, statsPort, appIdPort] = await freePorts(4);
  const runDir = join(path, 'run');
  const settings = toSettings({
    ...{ marathon: [standIn.url], group: ['*'], bindAddress: '127.0.0.1', httpPort, httpsPort, statsPort, appIdPort, apiListen: 'off' },
    ...{ runDir, stateDir: join(path, 'state'), maxconn: 1000, haproxy: process.env['SLUICE_HAPROXY'] ?? 'haproxy' },
  });
  const daemon = await startDaemon(settings, pino({ level: 'silent' }));
  lastly(t, async () => endHaproxyOf(runDir));
  lastly(t, async () => daemon.close());
  assert.equal(daemon.apiUrl, undefined);

  const ready = async (): Promise<{ status: number; body: Readiness }> => {
    const { status, body } = await askApi(runDir, '/ready');
    return { status, body: body as Readiness };
  };
  const red = await waitFor('the reason is known', async () => {
    const answer = await ready();
    return answer.body.because.some((reason) => reason.includes('503')) && answer;
  });
  assert.equal(red.status, 503);
  assert.equal(red.body.ready, false);
  assert.deepEqual(red.body.because.slice(0, 2), ['HAProxy is not running', 'no state was applied yet']);
  assert.match(red.body.because[2] ?? '', /^Marathon was not read yet: /);
  assert.equal((await askApi(runDir, '/health')).status, 200);
  const plan = await askApi(runDir, '/plan');
  assert.equal(plan.status, 502);
  assert.match(JSON.stringify(plan.body), /Marathon was not read yet: there is nothing to compare HAProxy with/);

  standIn.faults.clear();
  const green = await waitFor('it is ready', async () => {
    const answer = await ready();
    return answer.status === 200 && answer;
  });
  assert.deepEqual(green.body, { ready: true, because: [], notes: [], pictureAgeSeconds: 0 });
});

test('GET /problems tells what is left out, and since when', async (t) => {
  const edge = await openEdge(t, { apps: [anAppDefinition('/wrong', { labels: { HAPROXY_0_MODE: 'udp' } })] });
  await waitFor('the problem is there', async () => ((await askApi(edge.runDir, '/problems')).body as readonly object[]).length === 1);
  const [first] = (await askApi(edge.runDir, '/problems')).body as readonly KnownProblem[];
  assert.deepEqual([first?.appId, first?.portIndex, first?.label], ['/wrong', 0, 'HAPROXY_0_MODE']);
  const [again] = ((await askApi(edge.runDir, '/status')).body as Status).problems;
  assert.deepEqual(again, first);
  assert.equal(new Date(first?.since ?? '').toISOString(), first?.since);
});
