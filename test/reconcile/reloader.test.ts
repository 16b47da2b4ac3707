import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { Reloader } from '../../src/reconcile/reloader.ts';
import type { ReloadReport } from '../../src/reconcile/status.ts';
import { waitFor } from '../kit/wait-for.ts';

const log = pino({ level: 'silent' });

/** A deploy that the test lets go on, one call at a time. */
const heldDeploy = () => {
  const calls: { readonly succeed: () => void; readonly fail: (error: Error) => void }[] = [];
  const deploy = (): Promise<void> => new Promise((resolve, reject) => calls.push({ succeed: resolve, fail: reject }));
  return { calls, deploy };
};

const make = (deploy: () => Promise<void>, onDone: () => void = () => undefined): Reloader =>
  new Reloader({ log, deploy, onDone, leastSpacingMs: 1, firstRetryMs: 1, longestRetryMs: 5 });

/** A call, so that no assertion narrows what comes later. */
const lastOf = (reloader: Reloader): ReloadReport | undefined => reloader.last;

test('the first reload is begun at once', async () => {
  const { calls, deploy } = heldDeploy();
  const reloader = make(deploy);
  reloader.request(['a backend is new']);
  assert.equal(calls.length, 1);
  calls[0]?.succeed();
  await waitFor('the reload to be done', () => reloader.idle);
  assert.deepEqual(reloader.last?.because, ['a backend is new']);
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
