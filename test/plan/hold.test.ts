import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Backend, Server } from '../../src/desired/desired.ts';
import { makeProfile } from '../../src/desired/profile.ts';
import type { Capabilities } from '../../src/plan/capabilities.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { ObservedServer } from '../../src/plan/observed.ts';
import { beginningDown, beginWith } from '../../src/plan/starting-health.ts';
import { waitingBackends } from '../../src/plan/waiting.ts';
import { aBackend, aDesired, aServer, haproxy26, haproxy34 } from '../kit/builders.ts';
import { anObserved, healthIn } from '../kit/simulator.ts';

const old = aServer({ name: 'old', id: 1 });
const fresh = aServer({ name: 'fresh', id: 2, port: 31001 });
const source = makeProfile({ mode: 'http', balance: 'source' });
const CHECK = { check: { intervalSeconds: 60, fall: 4 } };

interface Situation {
  /** What HAProxy has. */
  readonly is: Partial<Backend>;
  /** What Marathon's tasks ask for now; servers in `ending` were told to end. */
  readonly wanted: Partial<Backend>;
  readonly capabilities?: Capabilities;
  /** What HAProxy says of a server, where it is not what it was given. */
  readonly seen?: Partial<ObservedServer>;
}

const look = ({ is, wanted, capabilities = haproxy26, seen = {} }: Situation) => {
  const desired = aDesired([aBackend({ ...wanted })]);
  const before = anObserved(aDesired([aBackend({ ...is })]));
  const [backend] = before.backends.values();
  assert.ok(backend);
  const servers = new Map([...backend.servers].map(([name, server]) => [name, name === fresh.name ? { ...server, ...seen } : server]));
  const observed = { ...before, backends: new Map([[backend.name, { ...backend, servers }]]) };
  return { desired, observed, plan: makePlan(observed, desired, fingerprint(desired), capabilities) };
};

/** A checked server in maint is no more up than one whose check fails. */
const upWhereReady = (servers: ReadonlyMap<string, ObservedServer>): ReadonlyMap<string, ObservedServer> =>
  new Map([...servers].map(([name, server]) => [name, { ...server, up: server.state === 'ready' }]));

const stepsOf = (situation: Situation): readonly string[] => {
  const { plan } = look(situation);
  return plan.kind === 'noop' ? [] : plan.steps.map((step) => step.kind);
};

const down: Server = { ...fresh, startsDown: true };
const other = aServer({ name: 'other', id: 3, port: 31002 });
const drained: Server = { ...old, state: 'maint' };

const TABLE: readonly (readonly [string, Situation, readonly string[]])[] = [
  [
    'an ending server goes when another serves',
    { is: { servers: [old, fresh] }, wanted: { servers: [fresh], ending: [old] } },
    ['retire-server'],
  ],
  [
    'and when another is added by the same plan',
    { is: { servers: [old] }, wanted: { servers: [fresh], ending: [old] } },
    ['add-server', 'retire-server'],
  ],
  [
    'it stays while the others come by a reload only',
    { is: { profile: source, servers: [old] }, wanted: { profile: source, servers: [fresh], ending: [old] } },
    [],
  ],
  [
    'it stays while the others were not seen healthy by anybody',
    { is: { serverOptions: CHECK, servers: [old, down] }, wanted: { serverOptions: CHECK, servers: [down], ending: [old] } },
    [],
  ],
  [
    "one that Marathon has seen healthy is not left to wait for HAProxy's first check",
    { is: { serverOptions: CHECK, servers: [old, down] }, wanted: { serverOptions: CHECK, servers: [fresh], ending: [old] } },
    ['set-up', 'retire-server'],
  ],
  [
    "but HAProxy's own check is believed once there was one",
    {
      is: { serverOptions: CHECK, servers: [old, fresh] },
      wanted: { serverOptions: CHECK, servers: [fresh], ending: [old] },
      seen: { up: false },
    },
    [],
  ],
  [
    'one that was retired meanwhile is not kept: it serves nobody',
    {
      is: { serverOptions: CHECK, servers: [{ ...old, state: 'maint' }, down] },
      wanted: { serverOptions: CHECK, servers: [down], ending: [old] },
    },
    ['delete-server'],
  ],
  [
    'nothing is held for an app that is to have no tasks',
    { is: { servers: [old] }, wanted: { servers: [], ending: [old] } },
    ['retire-server'],
  ],
  [
    'a server of a task that has ended is not held',
    { is: { profile: source, servers: [old] }, wanted: { profile: source, servers: [fresh], ending: [] } },
    ['retire-server'],
  ],
  [
    'with HAProxy 3.4 too',
    {
      is: { serverOptions: CHECK, servers: [old, down] },
      wanted: { serverOptions: CHECK, servers: [down], ending: [old] },
      capabilities: haproxy34,
    },
    [],
  ],
  [
    'a server that is to be drained goes when the one in its place serves',
    { is: { servers: [old, fresh] }, wanted: { servers: [drained, fresh] } },
    ['set-state'],
  ],
  [
    'and when that is added by the same plan',
    { is: { servers: [old] }, wanted: { servers: [drained, fresh] } },
    ['add-server', 'set-state'],
  ],
  [
    'it serves on while that is not well',
    { is: { serverOptions: CHECK, servers: [old, down] }, wanted: { serverOptions: CHECK, servers: [drained, down] } },
    [],
  ],
  [
    'one for each that is not: the others are drained',
    {
      is: { serverOptions: CHECK, servers: [old, other, down] },
      wanted: { serverOptions: CHECK, servers: [drained, { ...other, state: 'maint' }, down] },
    },
    ['set-state'],
  ],
  [
    'it serves on while that comes by a reload only',
    { is: { profile: source, servers: [old] }, wanted: { profile: source, servers: [drained, fresh] } },
    [],
  ],
  [
    'one that is drained stays, however long, and is as desired',
    { is: { servers: [drained, fresh] }, wanted: { servers: [drained, fresh] } },
    [],
  ],
  ['and serves again when that is wanted', { is: { servers: [drained, fresh] }, wanted: { servers: [old, fresh] } }, ['set-state']],
];

for (const [sentence, situation, expected] of TABLE) it(sentence, () => assert.deepEqual(stepsOf(situation), expected));

it('what is held is looked at again', () => {
  const { observed, desired } = look({
    is: { serverOptions: CHECK, servers: [old, down] },
    wanted: { serverOptions: CHECK, servers: [down], ending: [old] },
  });
  assert.deepEqual(waitingBackends(observed, desired), new Map([['shop_10000', [{ kind: 'replacement' }]]]));
});

it('a new worker begins with the ending servers where no other serves at once', () => {
  const { observed, desired } = look({
    is: { serverOptions: CHECK, servers: [old] },
    wanted: { serverOptions: CHECK, servers: [down], ending: [old] },
  });
  assert.deepEqual(
    beginWith(desired, healthIn(observed))
      .backends.get('shop_10000')
      ?.servers.map(({ name }) => name),
    ['fresh', 'old'],
  );
});

it('what is to be drained and serves on is looked at again', () => {
  const held = { is: { serverOptions: CHECK, servers: [old, down] }, wanted: { serverOptions: CHECK, servers: [drained, down] } };
  const { observed, desired } = look(held);
  assert.deepEqual(waitingBackends(observed, desired), new Map([['shop_10000', [{ kind: 'replacement' }]]]));
  const done = look({ ...held, is: { ...held.is, servers: [drained, down] } });
  assert.deepEqual(waitingBackends(done.observed, done.desired), new Map());
});

it('a new worker drains nobody before another serves, and takes out nobody that is drained', () => {
  const begin = (servers: readonly Server[]): readonly string[] => {
    const { observed, desired } = look({
      is: { serverOptions: CHECK, servers },
      wanted: { serverOptions: CHECK, servers: [drained, down] },
      seen: { up: false },
    });
    const backends = new Map([...observed.backends].map(([name, one]) => [name, { ...one, servers: upWhereReady(one.servers) }]));
    const health = healthIn({ ...observed, backends });
    const states =
      beginWith(desired, health)
        .backends.get('shop_10000')
        ?.servers.map(({ name, state }) => `${name} ${state}`) ?? [];
    return [...states, ...beginningDown(desired, health).map(({ server }) => `${server.name} down`)];
  };
  assert.deepEqual(begin([old]), ['old ready', 'fresh ready', 'fresh down']);
  assert.deepEqual(begin([drained]), ['old maint', 'fresh ready', 'fresh down']);
});
