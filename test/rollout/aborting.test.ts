import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../src/rollout/edits/say.ts';
import { aRollout, GROUP, NEW, OLD, SimulatedWorld, untilEnded } from './simulated-world.ts';

const BUSY = { chance: () => 0.5, healthyAfter: 2, sessionSeconds: 1000 };

const isClosed = ({ book }: SimulatedWorld): boolean => book.shares.get(GROUP)?.closed.includes(NEW) === true;

/** One that goes back, with the new app closed and busy still. */
const drainingBack = (): SimulatedWorld => {
  const world = new SimulatedWorld(aRollout({ atDrainLimit: 'wait' }), BUSY);
  while (world.rollout.state.phase !== 'holding') world.step();
  world.edit(say(GROUP, 'abort', { by: 'ada', at: new Date(world.nowMs).toISOString() }));
  for (let tick = 0; tick < 100; tick += 1) world.step();
  assert.deepEqual([world.rollout.state.phase, isClosed(world)], ['aborting', true]);
  return world;
};

test('an old app that leaves while the new one drains is waited for, and then the new one keeps all', () => {
  const world = drainingBack();
  world.leave(OLD);
  for (let tick = 0; tick < 30; tick += 1) world.step();
  assert.deepEqual([world.rollout.state.phase, isClosed(world)], ['aborting', false], 'it is waited for anew, however long it drained');
  untilEnded(world);
  const { outcome, because } = world.rollout.state;
  assert.deepEqual([outcome, because], ['timed-out', `abort by ada, but ${OLD} does not serve any more: ${NEW} keeps all`]);
  assert.deepEqual(world.book.shares.get(GROUP)?.shares, { [OLD]: 0, [NEW]: 100 });
  assert.deepEqual([isClosed(world), world.wrongs], [false, []]);
});

test('one that is back in time takes all again', () => {
  const world = drainingBack();
  world.leave(OLD);
  for (let tick = 0; tick < 30; tick += 1) world.step();
  world.comeBack(OLD);
  for (let tick = 0; tick < 30; tick += 1) world.step();
  assert.deepEqual([world.rollout.state.phase, isClosed(world)], ['aborting', true]);
  assert.equal(world.book.shares.get(GROUP)?.shares[OLD], 100);
});

test('a new app of which nothing is left to keep all ends', () => {
  const world = drainingBack();
  world.leave(OLD);
  world.scale(NEW, 0);
  untilEnded(world);
  assert.equal(world.rollout.state.outcome, 'aborted');
  assert.deepEqual([...world.apps.keys()], [OLD]);
});
