import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Backend, Server } from '../../src/desired/desired.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { ObservedServer } from '../../src/plan/observed.ts';
import { beginningDown, beginWith } from '../../src/plan/starting-health.ts';
import { waitingBackends } from '../../src/plan/waiting.ts';
import { aBackend, aDesired, aServer, haproxy26 } from '../kit/builders.ts';
import { anObserved, healthIn } from '../kit/simulator.ts';

const CHECKED: Partial<Backend> = { serverOptions: { check: { intervalSeconds: 60, fall: 4 } }, isShared: true };

const blue = (weight: number, changes: Partial<Server> = {}): Server => aServer({ name: 'blue', id: 1, weight, ...changes });
const green = (weight: number, changes: Partial<Server> = {}): Server => aServer({ name: 'green', id: 2, port: 31001, weight, ...changes });
const green2 = (weight: number): Server => aServer({ name: 'green2', id: 3, port: 31002, weight });

/** `down`: servers whose check in HAProxy fails. */
const look = (is: readonly Server[], servers: readonly Server[], { down = [] as readonly string[], isShared = true } = {}) => {
  const { serverOptions } = CHECKED;
  const rest = { ...(serverOptions === undefined ? {} : { serverOptions }), ...(isShared ? { isShared } : {}) };
  const desired = aDesired([aBackend({ ...rest, servers })]);
  const before = anObserved(aDesired([aBackend({ ...rest, servers: is })]));
  const [backend] = before.backends.values();
  assert.ok(backend);
  const seen = new Map([...backend.servers].map(([name, one]): [string, ObservedServer] => [name, { ...one, up: !down.includes(name) }]));
  const observed = { ...before, backends: new Map([[backend.name, { ...backend, servers: seen }]]) };
  return { desired, observed, plan: makePlan(observed, desired, fingerprint(desired), haproxy26) };
};

const stepsOf = (...situation: Parameters<typeof look>): readonly string[] => {
  const { plan } = look(...situation);
  if (plan.kind === 'noop') return [];
  return plan.steps.map((step) => {
    assert.ok(step.kind === 'set-weight' || step.kind === 'set-state', step.kind);
    return `${step.server} ${step.kind === 'set-weight' ? step.weight : step.state}`;
  });
};

describe('a plan by shares', () => {
  it('raises before it lowers', () => {
    assert.deepEqual(stepsOf([blue(256), green(0)], [blue(0), green(256)]), ['green 256', 'blue 0']);
    assert.deepEqual(stepsOf([blue(10), green(256)], [blue(256), green(10)]), ['blue 256', 'green 10']);
  });

  it('takes nothing away while nobody who is to have a share serves, and looks again', () => {
    const situation = [[blue(256), green(0)], [blue(0), green(256)], { down: ['green'] }] as const;
    assert.deepEqual(stepsOf(...situation), ['green 256']);
    const { observed, desired } = look([blue(256), green(256)], [blue(0), green(256)], { down: ['green'] });
    assert.deepEqual(waitingBackends(observed, desired), new Map([['shop_10000', [{ kind: 'replacement' }]]]));
  });

  it('does not wait for all of them', () => {
    const [is, wanted] = [
      [blue(256), green(0), green2(0)],
      [blue(0), green(256), green2(256)],
    ];
    assert.deepEqual(stepsOf(is, wanted, { down: ['green'] }), ['green 256', 'green2 256', 'blue 0']);
  });

  it('closes an app that was given up at once where others serve, and else keeps it', () => {
    const closed = [blue(256), green(0, { state: 'maint' })];
    assert.deepEqual(stepsOf([blue(128), green(128)], closed), ['blue 256', 'green 0', 'green maint']);
    assert.deepEqual(stepsOf([blue(128), green(128)], closed, { down: ['blue'] }), ['blue 256']);
  });

  it('drains by order when another serves, and when none is left that could', () => {
    const drained = blue(0, { state: 'drain' });
    assert.deepEqual(stepsOf([blue(1), green(1)], [drained, green(1)], { isShared: false }), ['blue 0', 'blue drain']);
    assert.deepEqual(stepsOf([blue(1), green(1)], [drained, green(1)], { isShared: false, down: ['green'] }), []);
    assert.deepEqual(stepsOf([blue(1)], [drained], { isShared: false }), ['blue 0', 'blue drain']);
  });

  it('has a new worker begin with whoever serves, where nobody with a share does', () => {
    const { observed, desired } = look([blue(256), green(0)], [blue(0), green(256)], { down: ['green'] });
    const servers = beginWith(desired, healthIn(observed)).backends.get('shop_10000')?.servers ?? [];
    assert.deepEqual(
      servers.map(({ name, weight }) => [name, weight > 0]),
      [
        ['blue', true],
        ['green', true],
      ],
    );
    assert.deepEqual(
      beginningDown(desired, healthIn(observed)).map(({ server }) => server.name),
      ['green'],
    );
    const well = look([blue(256), green(0)], [blue(0), green(256)]);
    assert.deepEqual(beginWith(well.desired, healthIn(well.observed)), well.desired);
  });
});
