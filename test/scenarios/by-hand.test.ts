import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { askApi, type ApiAnswer } from '../kit/ask-api.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { type Ended, sluice } from '../kit/sluice.ts';
import { waitFor } from '../kit/wait-for.ts';

const aColour = (colour: string, port: number): object =>
  anAppDefinition(`/shop-${colour}`, {
    instances: 2,
    portDefinitions: [{ port }],
    labels: { HAPROXY_0_VHOST: 'shop.example', HAPROXY_DEPLOYMENT_GROUP: 'shop', HAPROXY_DEPLOYMENT_ALT_PORT: '10001' },
  });

/** Blue and green, both served. */
const openShop = async (t: TestContext): Promise<Edge> => {
  const edge = await openEdge(t, { address: 'own', apps: [aColour('blue', 10_000), aColour('green', 10_001)] });
  await waitFor('both run', () => {
    const { apps = [] } = edge.daemon.views.book.one('/shop') ?? {};
    return apps.length === 2 && apps.every(({ running }) => running === 2);
  });
  await edge.until(200, 'shop.example');
  return edge;
};

/** Which colours ten requests have. */
const colours = async (edge: Edge): Promise<readonly string[]> => {
  const seen = new Set<string>();
  for (let request = 0; request < 10; request += 1) {
    const { status, task = '' } = await edge.get('shop.example');
    assert.equal(status, 200);
    seen.add(/green|blue/.exec(task)?.[0] ?? task);
  }
  return [...seen].sort();
};

const api = async (edge: Edge, method: string, path: string, body: object | string): Promise<ApiAnswer> => {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  return askApi(edge.runDir, path, { method, content, headers: { 'content-type': 'application/json' } });
};

const verb = async (edge: Edge, ...args: readonly string[]): Promise<Ended> => sluice([...args, '--run-dir', edge.runDir]);

const assertEnd = ({ code, stdout, stderr }: Ended, wanted: number, text: RegExp): void => {
  assert.equal(code, wanted, stderr);
  assert.match(wanted === 0 ? stdout : stderr, text);
};

it('shares by the API are in force when it answers, and what is wrong changes nothing', async (t) => {
  const edge = await openShop(t);
  const put = async (body: object | string): Promise<ApiAnswer> => api(edge, 'PUT', '/v2/shares/shop', body);
  const done = await put({ shares: { green: 100 }, by: 'ada@edge-1', reason: 'tried' });
  assert.equal(done.status, 200, done.text);
  assert.deepEqual(await colours(edge), ['green']);
  const { shares } = done.body as { readonly shares: Readonly<Record<string, unknown>> };
  assert.deepEqual(shares['shares'], { '/shop-green': 100, '/shop-blue': 0 });
  assert.deepEqual([shares['by'], shares['reason']], ['ada@edge-1', 'tried']);

  const { revision } = edge.daemon.views.book.list();
  const wrong: readonly (readonly [body: object | string, status: number, code: string])[] = [
    [{ shares: { gren: 25 } }, 400, 'BAD_REQUEST'],
    [{ shares: { green: 125 } }, 400, 'BAD_REQUEST'],
    [{ shares: { green: '25' } }, 400, 'BAD_REQUEST'],
    [{ shares: { green: 25 }, percent: 3 }, 400, 'BAD_REQUEST'],
    [{}, 400, 'BAD_REQUEST'],
  ];
  for (const [body, status, code] of wrong) {
    const answer = await put(body);
    assert.deepEqual([answer.status, (answer.body as { code: string }).code], [status, code], answer.text);
  }
  assert.equal((await put('{')).status, 400);
  assert.equal((await api(edge, 'PUT', '/v2/shares/shp', { shares: { green: 25 } })).status, 404);
  assert.equal((await askApi(edge.runDir, '/v2/shares/shop', { method: 'PUT', content: '{"shares":{"green":25}}' })).status, 415);
  assert.equal(edge.daemon.views.book.list().revision, revision);

  const cleared = await api(edge, 'DELETE', '/v2/shares/shop', {});
  assert.deepEqual([cleared.status, (cleared.body as { cleared: unknown }).cleared], [200, shares]);
  assert.equal(edge.daemon.views.book.one('/shop')?.shares, null);
});

it('shift and switch say what was and what is, and refuse with exit codes', async (t) => {
  const edge = await openShop(t);
  assertEnd(
    await verb(edge, 'shift', '/shop', 'green=25'),
    0,
    /^\/shop: as deployment tools have it -> by request\n {2}blue +- -> 75 %.*\n {2}green +- -> 25 %/,
  );
  assert.deepEqual(edge.daemon.views.book.one('/shop')?.shares?.shares, { '/shop-green': 25, '/shop-blue': 75 });
  assertEnd(await verb(edge, 'switch', 'shop', '--to', 'green', '--reason', 'tried'), 0, /green +25 % -> 100 %/);
  assert.deepEqual(await colours(edge), ['green']);
  const back = await verb(edge, 'switch', 'shop', '--json');
  assert.deepEqual(await colours(edge), ['blue']);
  const told = JSON.parse(back.stdout) as { before: { reason: string }; after: { shares: object } };
  assert.deepEqual([told.before.reason, told.after.shares], ['tried', { '/shop-blue': 100, '/shop-green': 0 }]);

  assertEnd(await verb(edge, 'shift', '/shop', 'gren=25'), 2, /is it green\?/);
  assertEnd(await verb(edge, 'shift', '/shop', 'green'), 2, /write green=25/);
  assertEnd(await verb(edge, 'shift', '/shp', 'green=25'), 1, /is it \/shop\?/);
  await edge.deploy('PUT', '/v2/apps/shop-green', { instances: 0 });
  await waitFor('green is gone', () => edge.daemon.views.book.one('/shop')?.apps.find(({ colour }) => colour === 'green')?.running === 0);
  assertEnd(await verb(edge, 'switch', '/shop'), 5, /no healthy task/);
  assert.deepEqual(await colours(edge), ['blue']);
  assertEnd(await verb(edge, 'shift', '/shop', '--clear'), 0, /by request -> as deployment tools have it/);
  assert.equal(edge.daemon.views.book.one('/shop')?.shares, null);
});

it('orders by hand hold until they are undone, and the status lists them', async (t) => {
  const edge = await openShop(t);
  const [first] = edge.standIn.tasks('/shop-blue');
  const id = first?.id ?? '';
  const stateOf = async (): Promise<readonly unknown[]> => {
    const explained = await edge.daemon.views.explain('/shop-blue');
    const servers = explained?.ports.flatMap((port) => ('servers' in port ? port.servers : [])) ?? [];
    const server = servers.find(({ taskId }) => taskId === id);
    return [server?.state, server?.weight];
  };
  const before = await stateOf();
  assertEnd(await verb(edge, 'weight', id, '10', '--reason', 'slow'), 0, /nothing ordered -> weight 10/);
  assert.deepEqual((await stateOf())[1], 10);
  assertEnd(await verb(edge, 'drain', id), 0, /nothing ordered -> drain/);
  assert.deepEqual((await stateOf())[0], 'drain');
  assertEnd(await verb(edge, 'maintenance', 'shop', 'on'), 0, /^\/shop: nothing ordered -> maintenance/);
  assert.equal((await edge.get('shop.example')).status, 503);

  const listed = await verb(edge, 'status');
  assertEnd(listed, 0, /order +\/shop +maintenance +\S+@\S+, \d+ s ago/);
  assert.match(listed.stdout, /weight 10 .* ago: slow/);
  const { decided } = JSON.parse((await verb(edge, 'status', '--json')).stdout) as { decided: { overrides: readonly unknown[] } };
  assert.equal(decided.overrides.length, 3);

  assertEnd(await verb(edge, 'maintenance', '/shop', 'off'), 0, /maintenance -> nothing ordered/);
  assert.equal((await edge.get('shop.example')).status, 200);
  const explained = await edge.daemon.views.explain('/shop-blue');
  const servers = explained?.ports.flatMap((port) => ('servers' in port ? port.servers : [])) ?? [];
  const name = servers.find(({ taskId }) => taskId === id)?.name ?? '';
  assertEnd(await verb(edge, 'drain', `/shop/${name}`, '--undo'), 0, /drain -> nothing ordered/);
  assertEnd(await verb(edge, 'weight', id, '--undo'), 0, /weight 10 -> nothing ordered/);
  assert.deepEqual(await stateOf(), before);
  assertEnd(await verb(edge, 'drain', 'nowhere.1'), 1, /no task and no agent nowhere\.1/);
  assertEnd(await verb(edge, 'drain', id, '--undo'), 1, /drain was not ordered of/);
  assertEnd(await verb(edge, 'weight', id, '257'), 2, /0 to 256/);
  assertEnd(await verb(edge, 'weight', id), 2, /give a weight, or --undo/);

  assertEnd(await verb(edge, 'weight', id, '10'), 0, /-> weight 10/);
  assert.doesNotMatch((await verb(edge, 'status')).stdout, /gone/);
  await edge.deploy('DELETE', '/v2/apps/shop-blue');
  await waitFor('its task is gone', () => edge.daemon.views.book.list().overrides[0]?.isGone === true);
  assertEnd(await verb(edge, 'status'), 0, /weight 10 \(gone: it does nothing\)/);
  assertEnd(await verb(edge, 'weight', id, '--undo'), 0, /weight 10 -> nothing ordered/);
  const [last, other] = edge.standIn.tasks('/shop-green');
  assert.doesNotMatch((await verb(edge, 'drain', last?.id ?? '')).stdout, /careful/);
  assertEnd(await verb(edge, 'drain', other?.id ?? ''), 0, /\ncareful: \/shop-green has no task left that takes anything new/);
});
