import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Backend, Server } from '../../src/desired/desired.ts';
import { makeProfile } from '../../src/desired/profile.ts';
import type { Capabilities } from '../../src/plan/capabilities.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { ObservedServer } from '../../src/plan/observed.ts';
import { beginWith } from '../../src/plan/starting-health.ts';
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

const stepsOf = (situation: Situation): readonly string[] => {
  const { plan } = look(situation);
  return plan.kind === 'noop' ? [] : plan.steps.map((step) => step.kind);
};

const down: Server = { ...fresh, startsDown: true };

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
