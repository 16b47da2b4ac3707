import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { StandIn } from '../../src/demo/stand-in.ts';
import { standInFor } from '../demo/client.ts';
import { follow, until } from './following.ts';

/** Marathons that take requests and answer none, or late, while others of the list are well. */

/** Nothing but the next Marathon can help in time. */
const LIMITS = { headersMs: 600_000, totalMs: 600_000, patienceMs: 100, attachMs: 20 };

/** A cluster of its own, known by its one app. */
const marathonWith = async (t: TestContext, appId: string): Promise<StandIn> =>
  standInFor(t, { seed: [{ id: appId, cmd: './run', instances: 1 }], heartbeatMs: 20 });

const lists = ({ requests }: StandIn): number => requests.filter(({ url }) => url.startsWith('/v2/apps?')).length;
const streams = ({ requests }: StandIn): number => requests.filter(({ url }) => url.startsWith('/v2/events')).length;

for (const mode of ['sse', 'poll'] as const) {
  test(`the first picture does not wait for Marathons that hang (${mode})`, async (t) => {
    const hung = [await marathonWith(t, '/a'), await marathonWith(t, '/b')];
    const well = await marathonWith(t, '/c');
    for (const { faults } of hung) faults.hangAnswers();
    const { model, source } = follow(
      t,
      [...hung, well].map(({ url }) => url),
      { mode, limits: LIMITS },
    );
    await until(() => model.apps.has('/c'));
    await until(() => source.state().connected && (mode === 'poll' || source.state().streaming));
    assert.equal(source.state().url, well.url);
  });
}

test('a Marathon that is slow is waited for once it has answered: no other one makes the same list', async (t) => {
  const [slow, other] = [await marathonWith(t, '/a'), await marathonWith(t, '/b')];
  slow.faults.delayAnswers(250);
  other.faults.hangAnswers();
  const { model } = follow(t, [slow.url, other.url], { mode: 'poll', pollIntervalMs: 1, limits: LIMITS });
  await until(() => model.apps.has('/a'));
  assert.ok(lists(other) <= 1);
  const before = lists(other);
  const reads = lists(slow);
  await until(() => lists(slow) >= reads + 4);
  assert.equal(lists(other), before);
});

test('when all are slow the list is had all the same, and a stream too', async (t) => {
  const all = [await marathonWith(t, '/a'), await marathonWith(t, '/b')];
  for (const { faults } of all) faults.delayAnswers(350);
  const urls = all.map(({ url }) => url);
  const { model, source } = follow(t, urls, { limits: { ...LIMITS, patienceMs: 50 }, heartbeatMs: 5_000 });
  await until(() => model.apps.size === 1 && source.state().streaming);
  assert.ok(all.reduce((sum, standIn) => sum + streams(standIn), 0) > 1, 'the first was not waited for');
});

test('when the Marathon in use falls silent, the next one is read and followed', async (t) => {
  const [first, second] = [await marathonWith(t, '/a'), await marathonWith(t, '/b')];
  const { model, source } = follow(t, [first.url, second.url], { limits: { ...LIMITS, stableMs: 10 }, heartbeatMs: 300 });
  await until(() => model.apps.has('/a') && source.state().streaming);
  assert.equal(lists(second) + streams(second), 0);
  first.faults.hangAnswers();
  first.faults.silence();
  await until(() => model.apps.has('/b') && source.state().streaming);
  assert.equal(source.state().url, second.url);
});
