import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Backend, Desired } from '../../src/desired/desired.ts';
import type { Capabilities } from '../../src/plan/capabilities.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Observed, ObservedServer, Scope } from '../../src/plan/observed.ts';
import { type RuntimeStep, type ToldPlan, toldPlan } from '../../src/plan/plan.ts';
import { aBackend, aDesired, aProfile, aServer, build, haproxy26, haproxy34 } from '../kit/builders.ts';
import { anObserved, Simulator } from '../kit/simulator.ts';

const plan = (observed: Observed, desired: Desired, capabilities: Capabilities = haproxy26): ToldPlan =>
  toldPlan(makePlan(observed, desired, fingerprint(desired), capabilities));

/** What is to be done where HAProxy was given `before`, and should have `after`. */
const from = (before: Desired, after: Desired, capabilities?: Capabilities, scope?: Scope): ToldPlan =>
  plan(anObserved(before, scope), after, capabilities);

const steps = (made: ToldPlan): readonly RuntimeStep[] => (made.kind === 'noop' ? [] : made.steps);
const because = (made: ToldPlan): readonly string[] => (made.kind === 'reload' ? made.because : []);
const runtime = (...all: readonly RuntimeStep[]): ToldPlan => ({ kind: 'runtime', steps: all });

/** The same, with this server as it is observed to be. */
const withServer = (observed: Observed, backend: string, server: string, changes: Partial<ObservedServer>): Observed => {
  const is = observed.backends.get(backend);
  const before = is?.servers.get(server);
  assert.ok(is !== undefined && before !== undefined);
  const servers = new Map([...is.servers, [server, { ...before, ...changes }]]);
  return { ...observed, backends: new Map([...observed.backends, [backend, { ...is, servers }]]) };
};

const ONE = aServer();
const TWO = aServer({ name: '10_0_0_2_31000', id: 2, address: '10.0.0.2' });
const shop = (...servers: readonly ReturnType<typeof aServer>[]): Backend => aBackend({ servers });
const cart = (...servers: readonly ReturnType<typeof aServer>[]): Backend => aBackend({ name: 'cart_10001', servers });
const named = (backend: string, server = ONE.name) => ({ backend, server });

describe('a backend that no Sluice made for an app, and has the name of one', () => {
  const observed = (): Observed => {
    const is = anObserved(aDesired([shop(TWO)]));
    const backend = is.backends.get('shop_10000');
    assert.ok(backend !== undefined);
    return { ...is, backends: new Map([['shop_10000', { ...backend, shape: undefined }]]), maps: new Map() };
  };
  it('keeps its servers, and nothing is led to it, until the reload says whether there may be such an app', () => {
    const made = plan(observed(), aDesired([shop(ONE)], { routes: { 'shop.example/': 'shop_10000' } }));
    assert.equal(made.kind, 'reload');
    assert.deepEqual(steps(made), []);
    assert.deepEqual(because(made), ['backend shop_10000 is there, and not one that Sluice has made for an app']);
  });
});

describe('servers', () => {
  it('as they should be: nothing', () => assert.deepEqual(from(aDesired([shop(ONE)]), aDesired([shop(ONE)])), { kind: 'noop' }));

  it('a new one is added with all that it needs', () => {
    const options = { check: { intervalSeconds: 5, fall: 4 } };
    const backend = (...servers: readonly ReturnType<typeof aServer>[]) => aBackend({ serverOptions: options, servers });
    assert.deepEqual(
      from(aDesired([backend(ONE)]), aDesired([backend(ONE, TWO)])),
      runtime({ kind: 'add-server', backend: 'shop_10000', server: TWO, options }),
    );
  });

  it('a new one whose id a retired one still has gets another, and nothing is left to do', () => {
    const newcomer = aServer({ name: '10_0_0_3_31000', id: TWO.id, address: '10.0.0.3' });
    const another = aServer({ name: '10_0_0_4_31000', id: 28035, address: '10.0.0.4' });
    const before = aDesired([shop(ONE, TWO)]);
    const after = aDesired([shop(newcomer, another)]);
    const simulator = new Simulator(haproxy26);
    simulator.reload(before);
    const made = plan(simulator.observe('all'), after);
    assert.equal(made.kind, 'runtime');
    const added = steps(made).flatMap((step) => (step.kind === 'add-server' ? [step.server] : []));
    assert.deepEqual(
      added.map(({ name, address }) => [name, address]),
      [newcomer, another].map(({ name, address }) => [name, address]),
    );
    assert.equal(new Set([ONE, TWO, ...added].map(({ id }) => id)).size, 4);
    simulator.apply(steps(made));
    assert.deepEqual(plan(simulator.observe('all'), after), { kind: 'noop' });
  });

  it('a new one whose id is free keeps it', () => {
    const [step] = steps(from(aDesired([shop(ONE)]), aDesired([shop(ONE, TWO)])));
    assert.deepEqual(step?.kind === 'add-server' && step.server.id, TWO.id);
  });

  it('one that should not be is retired, and deleted when nothing runs on it', () => {
    const observed = anObserved(aDesired([shop(ONE, TWO)]));
    const desired = aDesired([shop(ONE)]);
    const gone = named('shop_10000', TWO.name);
    assert.deepEqual(plan(observed, desired), runtime({ kind: 'retire-server', ...gone }));
    assert.deepEqual(
      plan(withServer(observed, 'shop_10000', TWO.name, { connections: 1 }), desired),
      runtime({ kind: 'retire-server', ...gone }),
    );
    assert.deepEqual(plan(withServer(observed, 'shop_10000', TWO.name, { connections: 1, state: 'maint' }), desired), { kind: 'noop' });
    assert.deepEqual(
      plan(withServer(observed, 'shop_10000', TWO.name, { state: 'maint', justRetired: true }), desired),
      { kind: 'noop' },
      'a request may be on its way to it',
    );
    assert.deepEqual(
      plan(withServer(observed, 'shop_10000', TWO.name, { state: 'maint' }), desired),
      runtime({ kind: 'delete-server', ...gone }),
    );
  });

  it('one that was retired and gets a task that starts down begins anew, for ready alone would mean up', () => {
    const down = aServer({ startsDown: true });
    const observed = withServer(anObserved(aDesired([shop(ONE)])), 'shop_10000', ONE.name, { state: 'maint', justRetired: true });
    assert.deepEqual(plan(observed, aDesired([shop(down)])), runtime({ kind: 'set-address', backend: 'shop_10000', server: down }));
  });

  it('one that was retired and comes back is made ready', () => {
    const observed = withServer(anObserved(aDesired([shop(ONE)])), 'shop_10000', ONE.name, { state: 'maint', connections: 3 });
    assert.deepEqual(plan(observed, aDesired([shop(ONE)])), runtime({ kind: 'set-state', ...named('shop_10000'), state: 'ready' }));
  });

  it('its state, weight and address are set', () => {
    const to = (changes: Partial<typeof ONE>) =>
      from(aDesired([shop(aServer({ weight: 5 }))]), aDesired([shop(aServer({ weight: 5, ...changes }))]));
    assert.deepEqual(to({ state: 'drain' }), runtime({ kind: 'set-state', ...named('shop_10000'), state: 'drain' }));
    assert.deepEqual(to({ state: 'maint' }), runtime({ kind: 'set-state', ...named('shop_10000'), state: 'maint' }));
    assert.deepEqual(to({ weight: 0 }), runtime({ kind: 'set-weight', ...named('shop_10000'), weight: 0 }));
    assert.deepEqual(to({ weight: 256 }), runtime({ kind: 'set-weight', ...named('shop_10000'), weight: 256 }));
    for (const change of [{ address: '10.9.9.9' }, { port: 4 }])
      assert.deepEqual(to(change), runtime({ kind: 'set-address', backend: 'shop_10000', server: aServer({ weight: 5, ...change }) }));
  });

  it('the port that is checked is set, where it is not the one that is checked', () => {
    const to = (is: number, checkPort: number) =>
      plan(
        withServer(anObserved(aDesired([shop(ONE)])), 'shop_10000', ONE.name, { checkPort: is }),
        aDesired([shop(aServer({ checkPort }))]),
      );
    assert.deepEqual(to(9, 10), runtime({ kind: 'set-check-port', ...named('shop_10000'), port: 10 }));
    assert.deepEqual(to(0, 10), runtime({ kind: 'set-check-port', ...named('shop_10000'), port: 10 }));
    assert.deepEqual(to(9, 9), { kind: 'noop' });
    assert.deepEqual(to(0, ONE.port), { kind: 'noop' });
  });

  it('whether HAProxy finds it up, and its number, are no difference', () => {
    const observed = withServer(anObserved(aDesired([shop(ONE)])), 'shop_10000', ONE.name, { up: false, id: 7, connections: 9 });
    assert.deepEqual(plan(observed, aDesired([shop(ONE)])), { kind: 'noop' });
  });
});

describe('what a static balance takes only by a reload', () => {
  const sourced = (...servers: readonly ReturnType<typeof aServer>[]) =>
    aDesired([aBackend({ profile: aProfile({ balance: 'source' }), servers })]);
  const reason = (what: string) => [`backend shop_10000 has load balancing that takes ${what} by a reload only`];

  it('new servers', () =>
    assert.deepEqual(from(sourced(ONE), sourced(ONE, TWO)), { kind: 'reload', because: reason('new servers'), steps: [] }));
  it('weights', () =>
    assert.deepEqual(from(sourced(ONE), sourced(aServer({ weight: 9 }))), { kind: 'reload', because: reason('weights'), steps: [] }));
  it('but not states', () => assert.equal(from(sourced(ONE), sourced(aServer({ state: 'drain' }))).kind, 'runtime'));
  it('one that should not be is retired, and stays until a reload', () => {
    const observed = anObserved(sourced(ONE, TWO));
    assert.deepEqual(plan(observed, sourced(ONE)), runtime({ kind: 'retire-server', ...named('shop_10000', TWO.name) }));
    assert.deepEqual(plan(withServer(observed, 'shop_10000', TWO.name, { state: 'maint' }), sourced(ONE)), { kind: 'noop' });
  });
  it('what counts is what the worker was given', () => {
    const dynamic = aDesired([shop(ONE, TWO)]);
    assert.deepEqual(steps(from(sourced(ONE), dynamic)), [], 'source is to become roundrobin');
    assert.deepEqual(
      steps(from(dynamic, sourced(ONE))).map(({ kind }) => kind),
      ['retire-server'],
      'roundrobin is to become source',
    );
  });
});

describe('sticky servers', () => {
  const sticky = (...servers: readonly ReturnType<typeof aServer>[]) =>
    aDesired([aBackend({ profile: aProfile({ cookieName: 'c' }), servers })]);
  const [one, two] = [ONE, TWO].map((server) => ({ ...server, cookie: `cookie-of-${server.name}` })) as [typeof ONE, typeof ONE];

  it('HAProxy 2.6 takes new ones by a reload only', () =>
    assert.deepEqual(from(sticky(one), sticky(one, two)), {
      kind: 'reload',
      because: ['backend shop_10000 is sticky, and this HAProxy takes new sticky servers by a reload only'],
      steps: [],
    }));
  it('later ones take them', () => assert.equal(from(sticky(one), sticky(one, two), haproxy34).kind, 'runtime'));
  it('and all let them go', () => assert.equal(from(sticky(one, two), sticky(one)).kind, 'runtime'));
});

describe('backends', () => {
  const none = { ...aDesired([shop()]), backends: new Map(), maps: aDesired([]).maps };

  it('HAProxy 2.6 takes a new one by a reload', () =>
    assert.deepEqual(from(none, aDesired([shop(ONE)])), {
      kind: 'reload',
      because: ['backend shop_10000 is new, and this HAProxy takes new backends by a reload only'],
      steps: [],
    }));

  it('HAProxy 3.4 adds it, then its servers, then its routes', () => {
    const after = aDesired([shop(ONE)], { routes: { 'shop.example/': 'shop_10000' }, apps: { '/shop': 'shop_10000' } });
    assert.deepEqual(
      steps(from(none, after, haproxy34)).map(({ kind }) => kind),
      ['add-backend', 'add-server', 'add-map-entry', 'add-map-entry'],
    );
  });

  it('but not where its profile is new: then the reload brings both', () => {
    const made = from(aDesired([]), aDesired([shop(ONE)], { routes: { 'shop.example/': 'shop_10000' } }), haproxy34);
    assert.deepEqual(made, { kind: 'reload', because: ['the kinds of backends differ'], steps: [] });
  });

  it('one of another shape is a reload, and meanwhile its servers are kept right', () => {
    const checked = { check: { intervalSeconds: 5, fall: 4 } };
    const made = from(aDesired([shop(ONE)]), aDesired([aBackend({ serverOptions: checked, servers: [TWO] })]));
    assert.deepEqual(because(made), ['backend shop_10000 is to be of another shape']);
    assert.deepEqual(
      steps(made).map(({ kind }) => kind),
      ['add-server', 'retire-server'],
    );
  });

  it('one that should not be is emptied, and deleted where that can be', () => {
    const after = { ...aDesired([shop(ONE)]), backends: new Map(), maps: aDesired([]).maps };
    const deleted: RuntimeStep = { kind: 'delete-server', ...named('shop_10000') };
    assert.deepEqual(from(aDesired([shop(ONE)]), after), runtime({ kind: 'retire-server', ...named('shop_10000') }));
    const retired = withServer(anObserved(aDesired([shop(ONE)])), 'shop_10000', ONE.name, { state: 'maint' });
    assert.deepEqual(plan(retired, after), runtime(deleted));
    assert.deepEqual(plan(retired, after, haproxy34), runtime(deleted, { kind: 'delete-backend', backend: 'shop_10000' }));
    const busy = withServer(anObserved(aDesired([shop(ONE)])), 'shop_10000', ONE.name, { connections: 1 });
    assert.deepEqual(
      steps(plan(busy, after, haproxy34)).map(({ kind }) => kind),
      ['retire-server'],
    );
  });

  it('is not deleted where a reload is to come', () =>
    assert.ok(!steps(from(aDesired([shop(ONE)]), aDesired([]), haproxy34)).some(({ kind }) => kind === 'delete-backend')));

  it('one that Sluice did not give is none of our business', () => {
    const observed = anObserved(aDesired([shop(ONE)]));
    const foreign = { name: 'theirs', shape: undefined, servers: observed.backends.get('shop_10000')?.servers ?? new Map<string, never>() };
    const backends = new Map([...observed.backends, ['theirs', foreign]]);
    assert.deepEqual(plan({ ...observed, backends }, aDesired([shop(ONE)])), { kind: 'noop' });
  });
});

describe('maps', () => {
  const to = (shopRoute: string | undefined) =>
    aDesired([shop(ONE), cart(ONE)], { routes: shopRoute === undefined ? {} : { 'shop.example/': shopRoute } });
  const entry = { map: 'routes', key: 'shop.example/' } as const;

  it('an entry that is not there is added', () =>
    assert.deepEqual(from(to(undefined), to('shop_10000')), runtime({ kind: 'add-map-entry', ...entry, value: 'shop_10000' })));
  it('one that is there is set: adding would make a second one that is never found', () =>
    assert.deepEqual(from(to('shop_10000'), to('cart_10001')), runtime({ kind: 'set-map-entry', ...entry, value: 'cart_10001' })));
  it('one that should not be is removed', () =>
    assert.deepEqual(from(to('shop_10000'), to(undefined)), runtime({ kind: 'remove-map-entry', ...entry })));
  it('redirects and app ids too', () =>
    assert.deepEqual(
      steps(from(to(undefined), aDesired([shop(ONE), cart(ONE)], { redirects: { shop_10000: '301' }, apps: { '/shop': 'shop_10000' } }))),
      [
        { kind: 'add-map-entry', map: 'redirects', key: 'shop_10000', value: '301' },
        { kind: 'add-map-entry', map: 'apps', key: '/shop', value: 'shop_10000' },
      ],
    ));
});

describe('dead ends', () => {
  const before = aDesired([shop(ONE)], { routes: { 'shop.example/': 'shop_10000' } });
  const after = aDesired([cart(ONE)], {
    routes: { 'shop.example/': 'cart_10001', 'new.example/': 'cart_10001' },
    redirects: { cart_10001: '301' },
  });

  it('no entry leads to a backend that waits for a reload, and what it does lead to keeps its servers', () => {
    const made = from(before, after);
    assert.equal(made.kind, 'reload');
    assert.deepEqual(steps(made), []);
  });
  it('a backend that no entry leads to any more is emptied at once', () =>
    assert.deepEqual(
      steps(from(before, aDesired([cart(ONE)]))).map(({ kind }) => kind),
      ['remove-map-entry', 'retire-server'],
    ));
  it('where the backend can be added the entry follows it', () =>
    assert.deepEqual(
      steps(from(before, after, haproxy34)).map(({ kind }) => kind),
      ['add-backend', 'add-server', 'set-map-entry', 'add-map-entry', 'add-map-entry', 'retire-server'],
    ));
});

describe('a host that asks clients for a certificate', () => {
  const guarding = (desired: Desired, ...hosts: readonly string[]): Desired => {
    const frontend = build([]).desired.frontends.get('marathon_https_in');
    assert.ok(frontend);
    const guarded = hosts.map((host) => [host, 'shown', 'verify required'] as const);
    return { ...desired, frontends: new Map([[frontend.name, { ...frontend, ...(hosts.length === 0 ? {} : { guarded }) }]]) };
  };
  const routes = (to: string) => ({ 'open.example/': to, 'sec.example/a': to, 'sec.example/': to });
  const before = guarding(aDesired([shop(ONE), cart(ONE)]));
  const keys = (made: ToldPlan): readonly string[] => steps(made).flatMap((step) => ('key' in step ? [step.key] : []));

  it('has no new route before the reload that has it ask', () => {
    const made = from(before, guarding(aDesired([shop(ONE), cart(ONE)], { routes: routes('shop_10000') }), 'sec.example'));
    assert.equal(made.kind, 'reload');
    assert.deepEqual(keys(made), ['open.example/']);
  });
  it('keeps the servers that its routes lead to until then', () => {
    const [shops, carts] = [routes('shop_10000'), routes('cart_10001')];
    const made = from(
      guarding(aDesired([shop(ONE), cart(ONE)], { routes: shops })),
      guarding(aDesired([cart(ONE)], { routes: carts }), 'sec.example'),
    );
    assert.deepEqual(
      steps(made).map(({ kind }) => kind),
      ['set-map-entry'],
    );
  });
  it('has them at once where it asks already', () => {
    const is = guarding(aDesired([shop(ONE), cart(ONE)]), 'sec.example');
    const made = from(is, guarding(aDesired([shop(ONE), cart(ONE)], { routes: routes('shop_10000') }), 'sec.example'));
    assert.equal(made.kind, 'runtime');
    assert.equal(keys(made).length, 3);
  });
});

describe('order', () => {
  it('everything is raised before anything is lowered, over all backends', () => {
    const before = aDesired([shop(ONE, aServer({ ...TWO, weight: 9 })), cart(ONE)], { routes: { 'a.example/': 'shop_10000' } });
    const after = aDesired([shop(aServer({ ...TWO, weight: 3 })), cart(aServer({ weight: 7 }), TWO)], {
      routes: { 'b.example/': 'cart_10001' },
    });
    assert.deepEqual(
      steps(from(before, after)).map((step) =>
        'server' in step && typeof step.server === 'string' ? `${step.kind} ${step.server}` : step.kind,
      ),
      [
        'set-weight 10_0_0_1_31000',
        'add-server',
        'add-map-entry',
        'remove-map-entry',
        'set-weight 10_0_0_2_31000',
        'retire-server 10_0_0_1_31000',
      ],
    );
  });
});

describe('scope', () => {
  const before = aDesired([shop(ONE), cart(ONE)], { routes: { 'a.example/': 'shop_10000', 'b.example/': 'cart_10001' } });
  const after = aDesired([shop(ONE, TWO), cart(ONE, TWO)], { routes: { 'a.example/': 'cart_10001', 'b.example/': 'shop_10000' } });
  const touched = (backends: readonly string[], keys: readonly string[]): Scope => ({
    backends: new Set(backends),
    mapKeys: new Map([['routes', new Set(keys)]]),
  });

  it('only what was looked at is planned', () => {
    assert.deepEqual(from(before, after, haproxy26, touched([], [])), { kind: 'noop' });
    assert.deepEqual(
      steps(from(before, after, haproxy26, touched(['cart_10001'], []))).map(({ kind }) => kind),
      ['add-server'],
    );
    assert.deepEqual(
      from(before, after, haproxy26, touched([], ['a.example/'])),
      runtime({ kind: 'set-map-entry', map: 'routes', key: 'a.example/', value: 'cart_10001' }),
    );
  });
  it('what was looked at and is not there does not exist', () =>
    assert.equal(from(aDesired([shop()]), aDesired([shop(), cart()]), haproxy26, touched(['cart_10001'], [])).kind, 'reload'));
  it('an entry is held back only where its backend was looked for and not found', () => {
    const wanted = aDesired([shop(ONE), cart(ONE)], { routes: { 'a.example/': 'cart_10001' } });
    const held = from(aDesired([shop(ONE)]), wanted, haproxy26, touched(['cart_10001'], ['a.example/']));
    assert.deepEqual([held.kind, steps(held)], ['reload', []]);
    assert.equal(steps(from(aDesired([shop(ONE)]), wanted, haproxy26, touched([], ['a.example/']))).length, 1);
  });
  it('a structure that differs is seen whatever was looked at', () =>
    assert.deepEqual(from(aDesired([]), after, haproxy26, touched([], [])), {
      kind: 'reload',
      because: ['the kinds of backends differ'],
      steps: [],
    }));
});
