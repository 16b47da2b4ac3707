import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import type { Backend, Server } from '../../src/desired/desired.ts';
import type { Haproxy } from '../../src/haproxy/haproxy.ts';
import type { ObservedBackend, ObservedServer } from '../../src/plan/observed.ts';
import type { RuntimeStep } from '../../src/plan/plan.ts';
import { freePorts } from '../kit/free-ports.ts';
import { configFiles, eachHaproxy, open, type HaproxyUnderTest } from '../kit/haproxy.ts';
import { get, upstream } from '../kit/haproxy-upstream.ts';
import { waitFor } from '../kit/wait-for.ts';

const aServer = (overrides: Partial<Server> = {}): Server => ({
  name: 's1',
  id: 1,
  address: '127.0.0.1',
  port: 9,
  weight: 100,
  state: 'ready',
  startsDown: false,
  ...overrides,
});

const CHECK = { check: { intervalSeconds: 1, fall: 2 } };

interface Ready {
  readonly haproxy: Haproxy;
  readonly port: number;
  readonly look: (backend: string) => Promise<ObservedBackend | undefined>;
  readonly run: (...steps: RuntimeStep[]) => Promise<readonly string[]>;
}

/** HAProxy with the backends `a` (plain) and `c` (sticky), routed by path. */
const ready = async (t: TestContext, which: HaproxyUnderTest, servers = '', rest = ''): Promise<Ready> => {
  const { haproxy, runDir } = await open(t, which);
  const [port = 0] = await freePorts(1);
  const files = configFiles({
    runDir,
    port,
    rest: `backend a from plain\n${servers}\nbackend c from sticky\n${rest}`,
    routes: '/a a\n/c c\n',
    backends: 'a shape-a\nc shape-c\n',
  });
  await haproxy.deploy(files, { fingerprint: 'a1', binds: [{ address: '127.0.0.1', port }] });
  return {
    haproxy,
    port,
    look: async (backend) => (await haproxy.observe({ backends: new Set([backend]), mapKeys: new Map() })).backends.get(backend),
    run: async (...steps) => (await haproxy.apply(steps)).outcomes.map(({ kind }) => kind),
  };
};

eachHaproxy('steps, and what they do', (which) => {
  it('a new server takes requests, in the state and weight that it was added with', async (t) => {
    const { look, run, port } = await ready(t, which);
    const app = await upstream(t, 'app');
    const outcomes = await run(
      { kind: 'add-server', backend: 'a', server: aServer({ port: app.port, weight: 42 }), options: {} },
      { kind: 'add-server', backend: 'a', server: aServer({ name: 's2', id: 2, state: 'drain' }), options: {} },
      { kind: 'add-server', backend: 'a', server: aServer({ name: 's3', id: 3, state: 'maint', address: '::1' }), options: {} },
    );
    assert.deepEqual(outcomes, ['done', 'done', 'done']);
    const server: ObservedServer = {
      id: 1,
      name: 's1',
      address: '127.0.0.1',
      port: app.port,
      weight: 42,
      checkPort: 0,
      state: 'ready',
      connections: 0,
      up: true,
    };
    const servers = new Map((await look('a'))?.servers);
    const { restSeconds = 0, ...s3 } = servers.get('s3') ?? server;
    assert.ok(restSeconds > 0 && restSeconds <= 25, `${restSeconds} s`);
    assert.deepEqual(
      servers.set('s3', s3),
      new Map([
        ['s1', server],
        ['s2', { ...server, name: 's2', id: 2, port: 9, weight: 100, state: 'drain' }],
        ['s3', { ...server, name: 's3', id: 3, port: 9, weight: 100, state: 'maint', address: '::1', justRetired: true }],
      ]),
    );
    assert.deepEqual(await get(port, '/a'), { status: 200, body: 'app' });
  });

  it('a checked server that is new counts as up at once, and is down after its failed checks', async (t) => {
    const { look, run } = await ready(t, which);
    assert.deepEqual(await run({ kind: 'add-server', backend: 'a', server: aServer(), options: CHECK }), ['done']);
    await waitFor('the server to be down', async () => (await look('a'))?.servers.get('s1')?.up === false);
    assert.equal((await look('a'))?.servers.get('s1')?.state, 'ready');
  });

  it('another port of a server is checked', async (t) => {
    const { look, run } = await ready(t, which);
    const [app, checked] = [await upstream(t, 'app'), await upstream(t, 'checked')];
    // Port 9 answers nobody.
    const server = aServer({ port: app.port, checkPort: 9 });
    assert.deepEqual(await run({ kind: 'add-server', backend: 'a', server, options: CHECK }), ['done']);
    await waitFor('the server to be down', async () => (await look('a'))?.servers.get('s1')?.up === false);
    assert.equal((await look('a'))?.servers.get('s1')?.checkPort, 9);
    assert.deepEqual(await run({ kind: 'set-check-port', backend: 'a', server: 's1', port: checked.port }), ['done']);
    await waitFor('the server to be up', async () => (await look('a'))?.servers.get('s1')?.up);
    assert.equal((await look('a'))?.servers.get('s1')?.checkPort, checked.port);
  });

  it('a server is checked over TLS, gets so many requests, and speaks HTTP/2: a new one as one of the file', async (t) => {
    const { run } = await ready(t, which);
    const options = { ...CHECK, check: { ...CHECK.check, tls: { name: 'a.example' } }, maxConnections: 5, proto: 'h2' } as const;
    assert.deepEqual(await run({ kind: 'add-server', backend: 'a', server: aServer(), options }), ['done']);
  });

  it('a server that starts down gets no request before its first good check', async (t) => {
    const { look, run, port } = await ready(t, which, '', 'backend h from plain\n  option httpchk GET /health\n');
    let isHealthy = false;
    const app = await upstream(t, 'app', (incoming, response) => {
      response.statusCode = incoming.url !== '/health' || isHealthy ? 200 : 503;
      response.end('app');
    });
    const server = aServer({ port: app.port, startsDown: true });
    assert.deepEqual(
      await run(
        { kind: 'add-server', backend: 'h', server, options: CHECK },
        { kind: 'add-map-entry', map: 'routes', key: '/h', value: 'h' },
      ),
      ['done', 'done'],
    );
    assert.equal((await look('h'))?.servers.get('s1')?.up, false);
    assert.equal((await get(port, '/h')).status, 503);
    assert.ok(!app.requests.includes('/h'));
    isHealthy = true;
    await waitFor('the server to be up', async () => (await look('h'))?.servers.get('s1')?.up);
    assert.equal((await get(port, '/h')).body, 'app');
  });

  it('a server that starts down is known not to have been checked yet, and can be told to be up', async (t) => {
    const rest = 'backend h from plain\n  option httpchk GET /health\n  timeout check 1h\n';
    const { look, run, port } = await ready(t, which, '', rest);
    // The first check gets no answer, so it does not end.
    const app = await upstream(t, 'app', (incoming, response) => {
      if (incoming.url !== '/health') response.end('app');
    });
    await run(
      { kind: 'add-server', backend: 'h', server: aServer({ port: app.port, startsDown: true }), options: CHECK },
      { kind: 'add-map-entry', map: 'routes', key: '/h', value: 'h' },
    );
    const { up, unchecked } = (await look('h'))?.servers.get('s1') ?? {};
    assert.deepEqual({ up, unchecked }, { up: false, unchecked: true });
    assert.equal((await get(port, '/h')).status, 503);
    assert.deepEqual(await run({ kind: 'set-up', backend: 'h', server: 's1' }), ['done']);
    assert.equal((await look('h'))?.servers.get('s1')?.up, true);
    assert.equal((await get(port, '/h')).body, 'app');
  });

  it('a server that starts down and drains does both', async (t) => {
    const { look, run } = await ready(t, which);
    await run({ kind: 'add-server', backend: 'a', server: aServer({ startsDown: true, state: 'drain' }), options: CHECK });
    const { state, up } = (await look('a'))?.servers.get('s1') ?? {};
    assert.deepEqual({ state, up }, { state: 'drain', up: false });
  });

  it('three servers that were added all get requests, with balance random too', async (t) => {
    const { run, port } = await ready(t, which, '', 'backend r from plain\n  balance random\n');
    const apps = [await upstream(t, '1'), await upstream(t, '2'), await upstream(t, '3')];
    await run(
      ...apps.map((app, index): RuntimeStep => ({
        kind: 'add-server',
        backend: 'r',
        server: aServer({ name: `s${index + 1}`, id: index + 1, port: app.port }),
        options: {},
      })),
      { kind: 'add-map-entry', map: 'routes', key: '/r', value: 'r' },
    );
    for (let count = 0; count < 200; count += 1) await get(port, '/r');
    for (const app of apps) assert.ok(app.requests.length > 20, `one got ${app.requests.length} of 200`);
  });

  it('a cookie on a new server is taken or refused as the capabilities say', async (t) => {
    const { haproxy, run } = await ready(t, which);
    const outcomes = await run({ kind: 'add-server', backend: 'c', server: aServer({ cookie: 'one' }), options: {} });
    assert.deepEqual(outcomes, [haproxy.capabilities.cookieOnNewServer ? 'done' : 'refused']);
  });

  it('a refused step says what was asked and what was answered, and the others are done', async (t) => {
    const { haproxy, look } = await ready(t, which, '  server s1 127.0.0.1:9 id 1');
    const { outcomes } = await haproxy.apply([
      { kind: 'set-weight', backend: 'a', server: 'nobody', weight: 5 },
      { kind: 'set-weight', backend: 'a', server: 's1', weight: 5 },
    ]);
    assert.equal(outcomes[1]?.kind, 'done');
    const [first] = outcomes;
    assert.ok(first?.kind === 'refused');
    assert.equal(first.command, 'set server a/nobody weight 5');
    assert.match(first.answer, /No such server/);
    assert.equal((await look('a'))?.servers.get('s1')?.weight, 5);
  });

  it('a name that is too long for a command is one refused step, the others are done, and it can be looked for', async (t) => {
    const { haproxy, look } = await ready(t, which, '  server s1 127.0.0.1:9 id 1');
    const long = '/'.padEnd(20_000, 'x');
    const { outcomes } = await haproxy.apply([
      { kind: 'set-weight', backend: 'a', server: 's1', weight: 5 },
      { kind: 'add-map-entry', map: 'routes', key: long, value: 'a' },
      { kind: 'set-state', backend: 'a', server: 's1', state: 'drain' },
    ]);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['done', 'refused', 'done'],
    );
    const { weight, state } = (await look('a'))?.servers.get('s1') ?? {};
    assert.deepEqual({ weight, state }, { weight: 5, state: 'drain' });
    const observed = await haproxy.observe({ backends: new Set(['a']), mapKeys: new Map([['routes', new Set([long])]]) });
    assert.equal(observed.maps.get('routes')?.get(long), undefined);
    assert.equal(observed.backends.get('a')?.servers.size, 1);
  });

  it('weights from 0 to 256 are set, others refused', async (t) => {
    const { look, run } = await ready(t, which, '  server s1 127.0.0.1:9 id 1 weight 10');
    for (const [weight, outcome] of [
      [0, 'done'],
      [256, 'done'],
      [257, 'refused'],
    ] as const) {
      assert.deepEqual(await run({ kind: 'set-weight', backend: 'a', server: 's1', weight }), [outcome]);
    }
    assert.equal((await look('a'))?.servers.get('s1')?.weight, 256);
  });

  it('a server that the config disables becomes ready, drains and rests as told', async (t) => {
    const { look, run } = await ready(t, which, '  server s1 127.0.0.1:9 id 1 disabled');
    assert.equal((await look('a'))?.servers.get('s1')?.state, 'maint');
    for (const state of ['ready', 'drain', 'maint', 'drain', 'ready'] as const) {
      assert.deepEqual(await run({ kind: 'set-state', backend: 'a', server: 's1', state }), ['done']);
      assert.equal((await look('a'))?.servers.get('s1')?.state, state);
    }
  });

  it('requests go to the new address of a server and no longer to the old', async (t) => {
    const [before, after] = [await upstream(t, 'before'), await upstream(t, 'after')];
    const { look, run, port } = await ready(t, which, `  server s1 127.0.0.1:${before.port} id 1`);
    assert.equal((await get(port, '/a')).body, 'before');
    assert.deepEqual(await run({ kind: 'set-address', backend: 'a', server: aServer({ port: after.port }) }), ['done']);
    assert.equal((await look('a'))?.servers.get('s1')?.port, after.port);
    await waitFor('the new address', async () => (await get(port, '/a')).body === 'after');
    before.requests.length = 0;
    for (let count = 0; count < 20; count += 1) assert.equal((await get(port, '/a')).body, 'after');
    assert.deepEqual(before.requests, []);
  });

  it('an address may change in any way: port, host, family, not at all', async (t) => {
    const { look, run } = await ready(t, which, '  server s1 127.0.0.1:9 id 1');
    for (const [address, port] of [
      ['127.0.0.1', 10],
      ['127.0.0.2', 10],
      ['::1', 10],
      ['::1', 10],
      ['127.0.0.1', 11],
    ] as const) {
      assert.deepEqual(await run({ kind: 'set-address', backend: 'a', server: aServer({ address, port }) }), ['done']);
      const server = (await look('a'))?.servers.get('s1');
      assert.deepEqual({ address: server?.address, port: server?.port, state: server?.state }, { address, port, state: 'ready' });
    }
  });

  it('a new address of a checked server starts down where asked, whatever its line in the config says', async (t) => {
    const { look, run } = await ready(t, which, '  server s1 127.0.0.1:9 id 1 check inter 60s');
    await run({ kind: 'set-address', backend: 'a', server: aServer({ port: 10, startsDown: true }) });
    assert.equal((await look('a'))?.servers.get('s1')?.up, false);
  });

  it('map entries are added, changed, removed; an entry is not taken for the longer keys that it answers for', async (t) => {
    const { haproxy, run } = await ready(t, which);
    const keys = ['/n', '/n/deep', '/with;strange words\\'];
    const entries = async (): Promise<unknown> =>
      (await haproxy.observe({ backends: new Set(), mapKeys: new Map([['routes', new Set(keys)]]) })).maps.get('routes');
    const [n = '', , strange = ''] = keys;
    assert.deepEqual(
      await run(
        { kind: 'add-map-entry', map: 'routes', key: n, value: 'a' },
        { kind: 'add-map-entry', map: 'routes', key: strange, value: 'a' },
      ),
      ['done', 'done'],
    );
    assert.deepEqual(
      await entries(),
      new Map([
        [n, 'a'],
        [strange, 'a'],
      ]),
    );
    assert.deepEqual(await run({ kind: 'set-map-entry', map: 'routes', key: n, value: 'c' }), ['done']);
    assert.deepEqual(
      await entries(),
      new Map([
        [n, 'c'],
        [strange, 'a'],
      ]),
    );
    assert.deepEqual(
      await run({ kind: 'remove-map-entry', map: 'routes', key: n }, { kind: 'remove-map-entry', map: 'routes', key: strange }),
      ['done', 'done'],
    );
    assert.deepEqual(await entries(), new Map());
  });

  it('changing or removing an entry that is not there, or of a map that is not there, is refused', async (t) => {
    const { run } = await ready(t, which);
    assert.deepEqual(
      await run(
        { kind: 'set-map-entry', map: 'routes', key: '/none', value: 'a' },
        { kind: 'remove-map-entry', map: 'routes', key: '/none' },
        { kind: 'add-map-entry', map: 'nosuch', key: 'k', value: 'v' },
      ),
      ['refused', 'refused', 'refused'],
    );
  });

  it('all maps are observed, of a key that is there twice the entry that counts', async (t) => {
    const { haproxy, run } = await ready(t, which);
    await run({ kind: 'add-map-entry', map: 'routes', key: '/a', value: 'second' });
    assert.deepEqual(
      (await haproxy.observe('all')).maps,
      new Map([
        [
          'routes',
          new Map([
            ['/a', 'a'],
            ['/c', 'c'],
          ]),
        ],
      ]),
    );
  });

  it('a retired server finishes its request; it is deleted only then', async (t) => {
    const held: (() => void)[] = [];
    const app = await upstream(t, 'slow', (_, response) => held.push(() => response.end('done')));
    const { look, run, port } = await ready(t, which, `  server s1 127.0.0.1:${app.port} id 1`);
    const response = get(port, '/a');
    await waitFor('the request to arrive', () => held.length === 1);
    assert.equal((await look('a'))?.servers.get('s1')?.connections, 1);
    assert.deepEqual(await run({ kind: 'delete-server', backend: 'a', server: 's1' }), ['refused'], 'it was not retired');
    assert.deepEqual(
      await run({ kind: 'retire-server', backend: 'a', server: 's1' }, { kind: 'delete-server', backend: 'a', server: 's1' }),
      ['done', 'postponed'],
    );
    held[0]?.();
    assert.deepEqual(await response, { status: 200, body: 'done' });
    await waitFor(
      'the connection to be gone',
      async () => (await run({ kind: 'delete-server', backend: 'a', server: 's1' }))[0] === 'done',
    );
    assert.deepEqual((await look('a'))?.servers, new Map());
  });

  it('a whole backend comes and goes, or is refused, as the capabilities say', async (t) => {
    const { haproxy, look, run, port } = await ready(t, which);
    const app = await upstream(t, 'new');
    const backend: Backend = {
      name: 'n',
      profile: { name: 'plain', mode: 'http', balance: 'roundrobin' },
      serverOptions: {},
      shape: 'shape-n',
      servers: [],
      ending: [],
    };
    const steps: readonly RuntimeStep[] = [
      { kind: 'add-backend', backend },
      { kind: 'add-server', backend: 'n', server: aServer({ port: app.port }), options: {} },
      { kind: 'add-map-entry', map: 'routes', key: '/n', value: 'n' },
    ];
    const [outcome] = await run(...steps);
    if (!haproxy.capabilities.addBackend) {
      assert.equal(outcome, 'refused');
      return;
    }
    assert.equal(outcome, 'done');
    assert.equal((await look('n'))?.shape, 'shape-n');
    assert.equal((await get(port, '/n')).body, 'new');
    assert.deepEqual(await run({ kind: 'delete-backend', backend: 'n' }), ['postponed'], 'it has a server');
    assert.equal((await get(port, '/n')).body, 'new', 'a backend that could not be deleted is published again');
    await run({ kind: 'remove-map-entry', map: 'routes', key: '/n' }, { kind: 'retire-server', backend: 'n', server: 's1' });
    await waitFor(
      'the connection to be gone',
      async () => (await run({ kind: 'delete-server', backend: 'n', server: 's1' }))[0] === 'done',
    );
    assert.deepEqual(await run({ kind: 'delete-backend', backend: 'n' }), ['done']);
    const observed = await haproxy.observe('all');
    assert.deepEqual([...observed.backends.keys()].sort(), ['a', 'c']);
    assert.deepEqual(await run({ kind: 'add-backend', backend }), ['done'], 'and may come again');
  });

  it('thousands of steps go out in order, many at a time', async (t) => {
    const { haproxy, look } = await ready(t, which);
    const add = (index: number): RuntimeStep => ({
      kind: 'add-server',
      backend: 'a',
      server: aServer({ name: `s${index}`, id: index, port: index }),
      options: {},
    });
    const weigh = (index: number): RuntimeStep => ({ kind: 'set-weight', backend: 'a', server: `s${index}`, weight: index % 256 });
    const numbers = Array.from({ length: 1000 }, (_, index) => index + 1);
    const { outcomes } = await haproxy.apply([...numbers.map(add), ...numbers.map(weigh)]);
    assert.deepEqual(
      outcomes.filter(({ kind }) => kind !== 'done'),
      [],
    );
    const servers = (await look('a'))?.servers;
    assert.equal(servers?.size, 1000);
    assert.equal(servers.get('s777')?.weight, 777 % 256);
  });
});
