import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { type Deploy, Reloader } from '../../src/reload/reloader.ts';
import type { ReloadHeld, ReloadReport } from '../../src/reload/reload-report.ts';
import { waitFor } from '../kit/wait-for.ts';

const log = pino({ level: 'silent' });

/** A deploy that the test lets go on, one call at a time. */
const heldDeploy = () => {
  const calls: { readonly succeed: () => void; readonly fail: (error: Error) => void }[] = [];
  const deploy: Deploy = () => new Promise((resolve, reject) => calls.push({ succeed: () => resolve('loaded'), fail: reject }));
  return { calls, deploy };
};

const make = (deploy: Deploy, onDone: () => void = () => undefined): Reloader =>
  new Reloader({ log, deploy, onDone, askHold: async () => undefined, firstRetryMs: 1, longestRetryMs: 5 });

/** A call, so that no assertion narrows what comes later. */
const lastOf = (reloader: Reloader): ReloadReport | undefined => reloader.last;
const heldNow = (reloader: Reloader): ReloadHeld | undefined => reloader.held;

test('the first reload is begun at once', async () => {
  const { calls, deploy } = heldDeploy();
  const reloader = make(deploy);
  reloader.request(['a backend is new']);
  assert.equal(calls.length, 1);
  calls[0]?.succeed();
  await waitFor('the reload to be done', () => reloader.idle);
  assert.deepEqual(reloader.last?.because, ['a backend is new']);
});

test('one that turns out to be needless is none, and no failure', async () => {
  let asked = 0;
  const reloader = make(async () => ((asked += 1) === 1 ? 'needless' : 'loaded'));
  reloader.request(['a backend is new']);
  await waitFor('it to be done', () => reloader.idle);
  assert.deepEqual([reloader.counts, reloader.last], [{ reloads: 0, failedReloads: 0 }, undefined]);
  reloader.request(['another one is new']);
  await waitFor('the reload', () => reloader.counts.reloads === 1);
  assert.deepEqual(lastOf(reloader)?.because, ['another one is new']);
});

test('what is asked for while one runs becomes one more, never two at a time', async () => {
  const { calls, deploy } = heldDeploy();
  const reloader = make(deploy);
  reloader.request(['first']);
  reloader.request(['second']);
  reloader.request(['third']);
  assert.equal(calls.length, 1);
  calls[0]?.succeed();
  await waitFor('the second reload', () => calls.length === 2);
  calls[1]?.succeed();
  await waitFor('both to be done', () => reloader.idle);
  assert.deepEqual(reloader.last?.because, ['second', 'third']);
  assert.equal(reloader.counts.reloads, 2);
});

test('one that fails is tried again with its reasons until it goes well', async () => {
  const { calls, deploy } = heldDeploy();
  const reloader = make(deploy);
  reloader.request(['a listener is new']);
  for (const attempt of [0, 1, 2]) {
    await waitFor('the next attempt', () => calls.length === attempt + 1);
    assert.deepEqual(reloader.pending, ['a listener is new']);
    calls[attempt]?.fail(new Error('disk full'));
  }
  await waitFor('the fourth attempt', () => calls.length === 4);
  assert.equal(lastOf(reloader)?.error, 'disk full');
  calls[3]?.succeed();
  await waitFor('it to be done', () => reloader.idle);
  assert.deepEqual(lastOf(reloader)?.because, ['a listener is new']);
  assert.equal(lastOf(reloader)?.error, undefined);
  assert.deepEqual(reloader.counts, { reloads: 1, failedReloads: 3 });
});

test('after every attempt the owner is told, so that HAProxy is looked at again', async () => {
  const { calls, deploy } = heldDeploy();
  let done = 0;
  const reloader = make(deploy, () => (done += 1));
  reloader.request(['x']);
  calls[0]?.fail(new Error('no'));
  await waitFor('the second attempt', () => calls.length === 2);
  calls[1]?.succeed();
  await waitFor('it to be done', () => reloader.idle);
  assert.equal(done, 2);
});

test('nothing begins after close, and close waits for what runs', async () => {
  const { calls, deploy } = heldDeploy();
  const reloader = make(deploy);
  reloader.request(['x']);
  reloader.request(['y']);
  let closed = false;
  const closing = reloader.close().then(() => (closed = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(closed, false);
  calls[0]?.succeed();
  await closing;
  assert.equal(calls.length, 1);
});

/** Holds reloads back for as long as the test says. */
const held = (deploy: Deploy) => {
  const hold = { restMs: 60_000 as number | undefined, asked: 0 };
  const reloader = new Reloader({
    log,
    deploy,
    onDone: () => undefined,
    askHold: async () => {
      hold.asked += 1;
      return hold.restMs === undefined ? undefined : { restMs: hold.restMs, because: 'old workers live' };
    },
    lookAgainMs: 5,
  });
  return { hold, reloader };
};

/** One that has reloaded once, for what comes first is never held back, and now holds the second one back. */
const heldAfterOne = async () => {
  const { calls, deploy } = heldDeploy();
  const { hold, reloader } = held(deploy);
  reloader.request(['first']);
  assert.equal(hold.asked, 0);
  calls[0]?.succeed();
  await waitFor('the first to be done', () => reloader.idle);
  reloader.request(['second']);
  await waitFor('the second to be held back', () => reloader.held);
  return { hold, reloader, calls };
};

test('a reload that is held back says until when and why, and begins as soon as nothing speaks against it', async () => {
  const { hold, reloader, calls } = await heldAfterOne();
  reloader.request(['third']);
  await waitFor('it is looked again', () => hold.asked >= 3);
  assert.equal(calls.length, 1);
  assert.deepEqual(reloader.pending, ['second', 'third']);
  assert.equal(reloader.idle, false);
  assert.equal(reloader.held?.because, 'old workers live');
  assert.ok(Date.parse(reloader.held.until) > Date.now() + 30_000);
  hold.restMs = undefined;
  await waitFor('the second reload', () => calls.length === 2);
  assert.equal(heldNow(reloader), undefined);
  calls[1]?.succeed();
  await waitFor('it to be done', () => reloader.idle);
  assert.deepEqual(reloader.last?.because, ['second', 'third']);
});

test('an urgent one takes along what is held back, at once', async () => {
  const { reloader, calls } = await heldAfterOne();
  reloader.request(['HAProxy is not running'], 'urgent');
  assert.equal(calls.length, 2);
  assert.equal(heldNow(reloader), undefined);
  reloader.request(['third']);
  calls[1]?.succeed();
  await waitFor('what comes later to be held back again', () => heldNow(reloader));
  assert.deepEqual(reloader.pending, ['third']);
  await reloader.close();
});

test('an urgent one that fails is not held back when it is tried again', async () => {
  const { calls, deploy } = heldDeploy();
  const { reloader } = held(deploy);
  reloader.request(['first']);
  calls[0]?.succeed();
  await waitFor('the first to be done', () => reloader.idle);
  reloader.request(['HAProxy is not running'], 'urgent');
  await waitFor('the start', () => calls.length === 2);
  calls[1]?.fail(new Error('no'));
  await waitFor('the next try', () => calls.length === 3);
  calls[2]?.succeed();
  await waitFor('it to be done', () => reloader.idle);
});

test('an urgent one does not wait for the answer how many old workers live', async () => {
  const { calls, deploy } = heldDeploy();
  let answer = (): void => undefined;
  const reloader = new Reloader({
    log,
    deploy,
    onDone: () => undefined,
    askHold: async () => new Promise((resolve) => (answer = () => resolve({ restMs: 60_000, because: 'old workers live' }))),
  });
  reloader.request(['first']);
  calls[0]?.succeed();
  await waitFor('the first to be done', () => reloader.idle);
  const silent = answer;
  reloader.request(['second']);
  await waitFor('HAProxy to be asked', () => answer !== silent);
  reloader.request(['HAProxy is not running'], 'urgent');
  assert.equal(calls.length, 2);
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(reloader.held, undefined);
  calls[1]?.succeed();
  await waitFor('it to be done', () => reloader.idle);
  assert.deepEqual(reloader.last?.because, ['second', 'HAProxy is not running']);
});

test('one that is held back when all ends is not begun', async () => {
  const { hold, reloader, calls } = await heldAfterOne();
  await reloader.close();
  hold.restMs = undefined;
  const asked = hold.asked;
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(hold.asked, asked);
  assert.equal(calls.length, 1);
});
