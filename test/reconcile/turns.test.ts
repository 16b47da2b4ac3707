import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../../src/reconcile/turns.ts';
import { waitFor } from '../kit/wait-for.ts';

/** Turns that the test ends, one call at a time; `more`: whether another one is to follow. */
const heldTurns = () => {
  const ends: (() => void)[] = [];
  const held = { more: false };
  const turns = new Turns({ turn: async () => new Promise((resolve) => ends.push(() => resolve(1))), isMore: () => held.more });
  return { turns, ends, held };
};

test('what comes together is one turn', async () => {
  const { turns, ends } = heldTurns();
  turns.wake();
  turns.wake();
  await waitFor('the turn to begin', () => ends.length === 1);
  ends[0]?.();
  await turns.close();
  assert.equal(ends.length, 1);
});

test('never two at a time: what comes while one runs is done by the next', async () => {
  const { turns, ends, held } = heldTurns();
  turns.wake();
  await waitFor('the turn to begin', () => ends.length === 1);
  held.more = true;
  turns.wake();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(ends.length, 1);
  ends[0]?.();
  await waitFor('the next turn to begin', () => ends.length === 2);
  held.more = false;
  ends[1]?.();
  await turns.close();
  assert.equal(ends.length, 2);
});

test('none begins after close, and close waits for the one that runs', async () => {
  const { turns, ends, held } = heldTurns();
  turns.wake();
  await waitFor('the turn to begin', () => ends.length === 1);
  held.more = true;
  let closed = false;
  const closing = turns.close().then(() => (closed = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(closed, false);
  ends[0]?.();
  await closing;
  turns.wake();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(ends.length, 1);
});

test('one that was due and has not begun does not begin after close', async () => {
  const { turns, ends } = heldTurns();
  turns.wake();
  await turns.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(ends.length, 0);
});
