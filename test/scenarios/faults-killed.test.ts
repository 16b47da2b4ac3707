import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { masterOf } from '../kit/haproxy-of.ts';
import { lastly } from '../kit/lastly.ts';
import { CHANGES } from '../soak/changes.ts';
import { openCluster } from '../soak/cluster.ts';
import { Random } from '../soak/random.ts';
import { runTrack } from '../soak/track.ts';

const KILLS = 100;
/** A machine that is busy with other things gets less far; with a seed it takes its time. */
const LIMIT_MS = process.env['SLUICE_TEST_SEED'] === undefined ? 90_000 : Infinity;
/** Longer than Sluice waits before it writes its files. */
const LATEST_MS = 1000;

it(`Sluice is killed at up to ${KILLS} random moments of a busy hour, and started again: no request fails, and the end is right`, async (t) => {
  const seed = Number(process.env['SLUICE_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  t.diagnostic(`SLUICE_TEST_SEED=${seed} does the same again`);
  const random = new Random(seed);
  const cluster = await openCluster(t);
  const master = await masterOf(cluster.place.runDir);
  const ending = new AbortController();
  const log: string[] = [];
  const say = (line: string): void => void log.push(line);
  const changes = runTrack(cluster, {
    verbs: CHANGES,
    random: random.fork(),
    pauseMs: [20, 250],
    longestMs: 1000,
    until: ending.signal,
    say,
  });
  changes.catch(() => undefined);
  lastly(t, async () => {
    ending.abort();
    await changes;
  });

  // A third of them while it starts: what a start takes is measured, for machines differ.
  let startMs = 1000;
  const until = performance.now() + LIMIT_MS;
  let kills = 0;
  while (kills < KILLS && performance.now() < until && cluster.failures.length === 0) {
    const own = random.fork();
    const begun = performance.now();
    if (own.next() < 1 / 3) await wait(own.next() * startMs);
    else {
      await cluster.isReady();
      if (cluster.starts > 1) startMs = performance.now() - begun;
      await wait(own.next() * LATEST_MS);
    }
    assert.ok(cluster.sluice.isAlive, `it has ended: ${cluster.sluice.stdout}${cluster.sluice.stderr}`);
    await cluster.killSluice();
    kills += 1;
    say(`killed ${kills}`);
    cluster.startSluice();
  }
  ending.abort();
  const counts = await changes;
  t.diagnostic(`killed ${kills} times, ${cluster.clients.seen.requests} requests; ${JSON.stringify(Object.fromEntries(counts))}`);

  const { failures, requests } = cluster.clients.seen;
  if (failures.length > 0) say(await cluster.describe());
  assert.deepEqual(
    failures.slice(0, 10),
    [],
    `${failures.length} of ${requests} requests failed; the last of what was done:\n${log.slice(-40).join('\n')}`,
  );
  await cluster.settle();
  await cluster.assertRight([]);
  assert.equal(await masterOf(cluster.place.runDir), master, 'the same HAProxy');
  assert.deepEqual((await cluster.clients.stop()).failures, []);
});
