import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Backend } from '../../src/desired/desired.ts';
import { makeProfile } from '../../src/desired/profile.ts';
import type { Capabilities } from '../../src/plan/capabilities.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { starvingBackends } from '../../src/plan/starving.ts';
import { aBackend, aDesired, aServer, haproxy26, haproxy34 } from '../kit/builders.ts';
import { anObserved } from '../kit/simulator.ts';

const old = aServer({ name: 'old', id: 1 });
const fresh = aServer({ name: 'fresh', id: 2, port: 31001 });
const source = makeProfile({ mode: 'http', balance: 'source' });

interface Situation {
  /** What HAProxy has; undefined: not this backend. */
  readonly is: Partial<Backend> | undefined;
  readonly wanted: Partial<Backend> | undefined;
  readonly capabilities?: Capabilities;
}

const starving = ({ is, wanted, capabilities = haproxy26 }: Situation): readonly string[] => {
  const desired = aDesired(wanted === undefined ? [] : [aBackend(wanted)]);
  const observed = anObserved(aDesired(is === undefined ? [] : [aBackend(is)]));
  const plan = makePlan(observed, desired, fingerprint(desired), capabilities);
  return starvingBackends(observed, desired, plan.kind === 'noop' ? [] : plan.steps);
};

const TABLE: readonly (readonly [string, Situation, readonly string[]])[] = [
  [
    'a backend whose only task was replaced, and takes servers by a reload only, starves',
    { is: { profile: source, servers: [old] }, wanted: { profile: source, servers: [fresh] } },
    ['shop_10000'],
  ],
  ['so does one that had none', { is: { profile: source, servers: [] }, wanted: { profile: source, servers: [fresh] } }, ['shop_10000']],
  [
    'with HAProxy 3.4 too',
    { is: { profile: source, servers: [old] }, wanted: { profile: source, servers: [fresh] }, capabilities: haproxy34 },
    ['shop_10000'],
  ],
  [
    'not while the ending task still answers',
    { is: { profile: source, servers: [old] }, wanted: { profile: source, servers: [fresh], ending: [old] } },
    [],
  ],
  ['not while another one serves', { is: { profile: source, servers: [old] }, wanted: { profile: source, servers: [old, fresh] } }, []],
  ['not where the steps bring a server', { is: { servers: [old] }, wanted: { servers: [fresh] } }, []],
  [
    'not where nothing is missing: a reload would bring nobody',
    { is: { profile: source, servers: [{ ...old, state: 'maint' }] }, wanted: { profile: source, servers: [{ ...old, state: 'drain' }] } },
    [],
  ],
  ['not an app without tasks', { is: { profile: source, servers: [old] }, wanted: { profile: source, servers: [] } }, []],
  ['not a new one: it was served by nobody before', { is: undefined, wanted: { servers: [fresh] } }, []],
  ['not one that is to go', { is: { servers: [old] }, wanted: undefined }, []],
];

describe('starving backends', () => {
  for (const [sentence, situation, expected] of TABLE) it(sentence, () => assert.deepEqual(starving(situation), expected));
});
