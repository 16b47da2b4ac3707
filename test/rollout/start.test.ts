import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { App } from '../../src/model/app.ts';
import type { Book } from '../../src/rollout/book.ts';
import { asDefinition } from '../../src/rollout/definition.ts';
import { begin } from '../../src/rollout/edits/begin.ts';
import { isRefusal } from '../../src/rollout/refusal.ts';
import type { Member } from '../../src/rollout/members.ts';
import { prepare } from '../../src/rollout/prepare.ts';
import { type Origin, originOf } from '../../src/rollout/origin.ts';
import { newRollout, type Start } from '../../src/rollout/start.ts';

const AT = '2026-11-22T15:14:50.000Z';

const anApp = (id: string, labels: App['labels'] = {}, port = 10_000): App => ({
  ...{ id, labels, instances: 3, version: AT, lastConfigChangeAt: AT, network: 'container/bridge', healthChecks: [] },
  ports: [{ servicePort: port, protocol: 'tcp' }],
});

/** zdd's own example: marathon-lb's documentation, with bridge ports. */
const NGINX = {
  id: '/nginx',
  instances: 5,
  args: null,
  container: { type: 'DOCKER', docker: { image: 'nginx' }, portMappings: [{ containerPort: 80, servicePort: 10_000 }] },
  labels: { HAPROXY_DEPLOYMENT_GROUP: 'nginx', HAPROXY_DEPLOYMENT_ALT_PORT: '10001', HAPROXY_GROUP: 'external' },
};

test('prepares a file for zdd as zdd does', () => {
  const from = anApp('/nginx-green', { HAPROXY_DEPLOYMENT_COLOUR: 'green', HAPROXY_0_PORT: '10000' });
  const { id, definition } = prepare(NGINX, { group: '/nginx', from, instances: 3, at: AT });
  assert.equal(id, '/nginx-blue');
  assert.deepEqual(definition, {
    ...{ id, instances: 3 },
    container: { type: 'DOCKER', docker: { image: 'nginx' }, portMappings: [{ containerPort: 80, servicePort: 10_001 }] },
    labels: {
      ...NGINX.labels,
      HAPROXY_0_PORT: '10000',
      HAPROXY_APP_ID: '/nginx',
      HAPROXY_DEPLOYMENT_COLOUR: 'blue',
      HAPROXY_DEPLOYMENT_STARTED_AT: '2026-11-22T15:14:50.000',
      HAPROXY_DEPLOYMENT_TARGET_INSTANCES: '3',
      HAPROXY_DEPLOYMENT_NEW_INSTANCES: '0',
    },
  });
});

test('the port goes to and fro between the two', () => {
  const portAfter = (from: App | undefined, definition: object = NGINX): unknown => {
    const prepared = prepare(definition as typeof NGINX, { group: '/nginx', from, instances: 1, at: AT });
    return (
      (prepared.definition['container'] as typeof NGINX.container | undefined)?.portMappings[0]?.servicePort ??
      prepared.definition['portDefinitions']
    );
  };
  assert.equal(portAfter(undefined), 10_000);
  assert.equal(portAfter(anApp('/nginx-blue', {}, 10_000)), 10_001);
  assert.equal(portAfter(anApp('/nginx-green', {}, 10_001)), 10_000);
  const host = { id: 'nginx', labels: {}, portDefinitions: [{ port: 10_000, name: 'http' }, { port: 10_007 }] };
  assert.deepEqual(portAfter(anApp('/nginx-blue'), host), [{ port: 0, name: 'http' }, { port: 0 }], 'Marathon gives what no label names');
});

test('names the new colour', () => {
  const after = (from: App | undefined): string => prepare(NGINX, { group: '/nginx', from, instances: 1, at: AT }).colour;
  assert.equal(after(undefined), 'blue');
  assert.equal(after(anApp('/nginx-blue', { HAPROXY_DEPLOYMENT_COLOUR: 'blue' })), 'green');
  assert.equal(after(anApp('/nginx-x', { HAPROXY_DEPLOYMENT_COLOUR: 'violet' })), 'blue');
  assert.equal(after(anApp('/nginx')), 'green', 'what no tool has made counts as blue');
  const own = prepare(
    { ...NGINX, labels: { HAPROXY_DEPLOYMENT_COLOUR: 'red' } },
    { group: '/nginx', from: anApp('/nginx'), instances: 1, at: AT },
  );
  assert.deepEqual([own.id, own.colour, own.definition['container']], ['/nginx', 'red', NGINX.container]);
});

test('a definition that Marathon tells can be given back to it', () => {
  const told = {
    id: '/a',
    instances: 2,
    cmd: null,
    uris: [],
    fetch: [],
    ports: [1],
    portDefinitions: [{ port: 1 }],
    tasks: [],
    tasksRunning: 2,
    version: AT,
    versionInfo: {},
    deployments: [],
  };
  assert.deepEqual(asDefinition(told), { id: '/a', instances: 2, fetch: [], portDefinitions: [{ port: 1 }] });
});

const EMPTY: Book = { revision: 4, shares: new Map(), rollouts: new Map(), overrides: new Map() };

const member = (appId: string): Member => ({ appId, colour: appId, instances: 1, running: 1, healthy: 1 });

const known = (ids: readonly string[], book = EMPTY, group = '/nginx') => ({
  apps: new Map(ids.map((id) => [id, { app: anApp(id, { HAPROXY_DEPLOYMENT_GROUP: group }) }])),
  members: new Map([[group, ids.map(member)]]),
  carriers: [],
  book,
});

const start = (overrides: Partial<Start> = {}): Start => ({
  definition: NGINX,
  options: {},
  signed: { by: 'ada', at: AT },
  id: 'r1',
  ...overrides,
});

test('replaces what serves', () => {
  assert.deepEqual(originOf(start(), known([])), { group: '/nginx' });
  assert.deepEqual(originOf(start(), known(['/nginx-blue'])), { group: '/nginx', from: '/nginx-blue' });
  assert.deepEqual(originOf(start({ from: 'shop' }), known(['/shop'])), { group: '/nginx', from: '/shop' });
  const plain = new Map([['/shop', { app: anApp('/shop') }]]);
  assert.deepEqual(originOf(start({ definition: { id: 'shop' } }), { ...known([]), apps: plain, members: new Map() }), {
    group: '/shop',
    from: '/shop',
  });
  const two = originOf(start(), known(['/nginx-blue', '/nginx-green']));
  assert.match(isRefusal(two) ? two.because : '', /name the one to be replaced/);
  const shares = new Map([
    ['/nginx', { by: '', at: '', closed: [], splitBy: 'request' as const, shares: { '/nginx-blue': 0, '/nginx-green': 100 } }],
  ]);
  assert.deepEqual(originOf(start(), known(['/nginx-blue', '/nginx-green'], { ...EMPTY, shares })), {
    group: '/nginx',
    from: '/nginx-green',
  });
  assert.deepEqual(originOf(start({ definition: { id: 'new' }, from: '/old' }), known(['/old'])), { group: '/nginx', from: '/old' });
  const nobody = originOf(start({ from: '/nobody' }), known([]));
  assert.equal(isRefusal(nobody) && nobody.refused, 'NO_SUCH_APP');
});

test('replaces no app that is served in another group', () => {
  const elsewhere = known(['/shop'], EMPTY, '/other');
  for (const asked of [start({ from: '/shop' }), start({ definition: { id: '/shop', labels: { HAPROXY_DEPLOYMENT_GROUP: 'shop' } } })]) {
    const origin = originOf(asked, elsewhere);
    assert.ok(isRefusal(origin));
    assert.equal(origin.refused, 'REFUSED');
    assert.match(origin.because, /^\/shop is in the deployment group \/other, and the new app in \/(nginx|shop): /);
  }
});

test('replaces no app that says nothing of the group: it could not be ended', () => {
  const plain = { ...known([]), apps: new Map([['/old', { app: anApp('/old') }]]), members: new Map() };
  const origin = originOf(start({ from: '/old' }), plain);
  assert.match(
    isRefusal(origin) ? origin.because : '',
    /^\/old is not of the deployment group \/nginx: it has no label HAPROXY_DEPLOYMENT_GROUP/,
  );
  assert.deepEqual(originOf(start({ from: '/old', definition: { id: '/nginx' } }), plain), { group: '/old', from: '/old' });
});

test('the new app says itself in which group it is', () => {
  for (const labels of [{}, { HAPROXY_DEPLOYMENT_GROUP: '' }, { HAPROXY_DEPLOYMENT_GROUP: 'shop' }]) {
    const { definitions, to } = rolloutOf(start({ definition: { id: '/shop', labels } }), { group: '/shop' });
    assert.match(String((definitions[to] as { labels: App['labels'] }).labels['HAPROXY_DEPLOYMENT_GROUP']), /^\/?shop$/);
  }
  const long = newRollout(start({ definition: { id: `/${'x'.repeat(200)}` } }), { group: `/${'x'.repeat(200)}` }, undefined);
  assert.match(isRefusal(long) ? long.because : '', /too long for the name of a deployment group/);
});

test('whoever writes the id of an app without a group into his label forbids no rollout of it', () => {
  const definition = { ...NGINX, id: '/shop', labels: {} };
  const labelled = { app: anApp('/zz', { HAPROXY_DEPLOYMENT_GROUP: '/shop' }) };
  const there = {
    ...known(['/zz'], EMPTY, '/shop'),
    apps: new Map([
      ['/shop', { app: anApp('/shop') }],
      ['/zz', labelled],
    ]),
  };
  for (const asked of [start({ definition }), start({ definition, from: '/shop' })]) {
    assert.deepEqual(originOf(asked, there), { group: '/shop', from: '/shop' });
    const begun = begin(rolloutOf(asked, { group: '/shop', from: '/shop' }, anApp('/shop')), there)(EMPTY);
    assert.ok(!isRefusal(begun), JSON.stringify(begun));
  }
  const saying = { ...there, apps: new Map([...there.apps, ['/shop', { app: anApp('/shop', { HAPROXY_DEPLOYMENT_GROUP: '/shop' }) }]]) };
  assert.match(JSON.stringify(originOf(start({ definition }), saying)), /name the one to be replaced/);
});

const rolloutOf = (asked: Start, origin: Origin, old?: App) => {
  const rollout = newRollout(
    asked,
    origin,
    old === undefined ? undefined : { app: old, told: { id: old.id, instances: old.instances, version: AT } },
  );
  if (isRefusal(rollout)) throw new Error(rollout.because);
  return rollout;
};

test('begins with all for the old app', () => {
  const rollout = rolloutOf(
    start({ options: { steps: [10, 100] } }),
    { group: '/nginx', from: '/nginx-blue' },
    anApp('/nginx-blue', { HAPROXY_DEPLOYMENT_COLOUR: 'blue' }),
  );
  assert.equal(rollout.options.instances, 3, 'as many as the old one');
  assert.deepEqual(rollout.definitions['/nginx-blue'], { id: '/nginx-blue', instances: 3 });
  const begun = begin(rollout, known(['/nginx-blue']))(EMPTY);
  assert.ok(!isRefusal(begun));
  assert.deepEqual(begun.book.shares.get('/nginx')?.shares, { '/nginx-blue': 100, '/nginx-green': 0 });
  assert.equal(begun.value.state.atRevision, 5);
  const again = begin(rollout, known(['/nginx-blue']))(begun.book);
  assert.equal(isRefusal(again) && again.refused, 'ROLLOUT_RUNS');
  const unnamed = originOf(start(), known(['/nginx-blue', '/nginx-green'], { ...begun.book, shares: new Map() }));
  assert.match(isRefusal(unnamed) ? unnamed.because : '', /^a rollout of \/nginx runs already: it is preparing$/);
  const there = begin(rollout, known(['/nginx-blue', '/nginx-green']))(EMPTY);
  assert.equal(isRefusal(there) && there.refused, 'REFUSED');
  const first = rolloutOf(start({ options: { steps: [10, 100] } }), { group: '/nginx' });
  assert.deepEqual(first.options.steps, [100], 'nobody shares with the first one');
  assert.equal(first.to, '/nginx-blue');
});

test('is refused where load balancing cannot keep one of its shares', () => {
  const carried = (balance: string, mode: 'http' | 'tcp' = 'http') => ({
    ...known(['/nginx-blue']),
    carriers: [{ backend: 'nginx_10000', balance, mode, takesWeights: true }],
  });
  const asked = (options: Start['options']) =>
    rolloutOf(start({ options }), { group: '/nginx', from: '/nginx-blue' }, anApp('/nginx-blue'));
  const refused = begin(asked({ steps: [5, 100] }), carried('leastconn'))(EMPTY);
  assert.ok(isRefusal(refused));
  assert.equal(refused.refused, 'REFUSED');
  assert.match(refused.because, /^backend nginx_10000: load balancing leastconn goes by open connections/);
  assert.equal(isRefusal(begin(asked({ steps: [100] }), carried('source'))(EMPTY)), false, 'all at once');
  assert.equal(isRefusal(begin(asked({ splitBy: 'user' }), carried('source'))(EMPTY)), false, 'visitors are told apart before');
  assert.equal(isRefusal(begin(asked({ splitBy: 'user' }), carried('source', 'tcp'))(EMPTY)), true, 'nobody tells visitors apart');
  assert.equal(isRefusal(begin(asked({}), carried('roundrobin', 'tcp'))(EMPTY)), false);
});

test('says what is wrong with what was asked for', () => {
  for (const steps of [[], [50], [50, 10, 100], [0, 100], [33.33, 100], [10, 10, 100]])
    assert.equal(isRefusal(newRollout(start({ options: { steps } }), { group: '/nginx' }, undefined)), true, String(steps));
  for (const definition of [{}, { id: 7 }, { id: '/' }])
    assert.equal(isRefusal(newRollout(start({ definition }), { group: '/nginx' }, undefined)), true, JSON.stringify(definition));
});

test('refuses a definition of a shape that Marathon would not take, before anything begins', () => {
  const told = (part: object): string => {
    const asked = newRollout(start({ definition: { ...NGINX, ...part } }), { group: '/nginx' }, undefined);
    return isRefusal(asked) ? asked.because : '';
  };
  for (const instances of [-1, 1.5, 1e308, '3']) assert.match(told({ instances }), /^the instances .* from 0 to 100000$/);
  for (const labels of [[], 'x', { HAPROXY_GROUP: 7 }]) assert.match(told({ labels }), /^the labels /);
  for (const container of [7, [], 'docker']) assert.match(told({ container }), /^the container /);
  assert.equal(told({ instances: 0, container: null, cmd: null }), '');
});

test('refuses a definition that is nested too deep to be written down', () => {
  const deep = { id: '/nginx', args: JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown };
  const asNew = newRollout(start({ definition: deep }), { group: '/nginx' }, undefined);
  assert.match(isRefusal(asNew) ? asNew.because : '', /nested more than 50 deep/);
  const asOld = newRollout(start(), { group: '/nginx', from: '/nginx-blue' }, { app: anApp('/nginx-blue'), told: deep });
  assert.match(isRefusal(asOld) ? asOld.because : '', /nested more than 50 deep/);
});

test('refuses an id that no app of Marathon may have: requests about it would be about something else', () => {
  const asked = (id: string) =>
    newRollout(start({ definition: { id, labels: { HAPROXY_DEPLOYMENT_COLOUR: 'red' } } }), { group: '/shop' }, undefined);
  for (const id of [
    '/shop/versions',
    '/shop/tasks/',
    'restart',
    '/shop/*',
    '/Shop',
    '/shop/../pay',
    '/-shop',
    '/shop.',
    '/a b',
    `/${'a'.repeat(50_000)}*`,
  ]) {
    const refused = asked(id);
    assert.equal(isRefusal(refused) && refused.refused, 'BAD_REQUEST', id);
  }
  for (const id of ['/versions/shop', 'shop', '/shop/v1.2/a-b', '/queue', '/1']) assert.equal(isRefusal(asked(id)), false, id);
});
