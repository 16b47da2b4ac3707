import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupFacts } from '../../src/metrics/group-facts.ts';
import { GROUP_METRICS } from '../../src/metrics/group-metrics.ts';
import type { Facts } from '../../src/metrics/metric.ts';
import { SluiceError } from '../../src/kit/error.ts';
import type { GroupView } from '../../src/report/book-views.ts';
import type { Views } from '../../src/report/views.ts';
import type { GroupObservation } from '../../src/rollout/observation.ts';
import { rolloutView } from '../../src/report/rollout-view.ts';
import { aRollout, GROUP, NEW, OLD } from '../rollout/simulated-world.ts';

const NONE: GroupView = { group: '/two', apps: [], shares: null, rollout: null, problems: [] };

const shares = (percents: Readonly<Record<string, number>>): GroupView['shares'] => ({
  ...{ shares: percents, closed: [], splitBy: 'request', by: 'ada', at: '' },
});

const observation: GroupObservation = {
  ...{ sluice: 'one', at: '', revision: 1 },
  apps: {
    [OLD]: { servers: [], counters: { requests: 75, errors5xx: 1, connectionErrors: 0 } },
    [NEW]: { servers: [], counters: { requests: 25, errors5xx: 0, connectionErrors: 2 } },
  },
};

const factsOf = async (views: readonly GroupView[], observe: Views['observe']): Promise<Facts> => {
  const book = { list: () => ({ revision: 1, store: '', groups: views, overrides: [] }) } as unknown as Views['book'];
  return { groups: await groupFacts({ book, observe }) } as unknown as Facts;
};

/** 'name label=value ... = value' */
const told = (facts: Facts): readonly string[] =>
  GROUP_METRICS.flatMap(({ name, of }) => {
    const samples = of(facts);
    assert.ok(typeof samples === 'object');
    return samples.map(({ labels = {}, value }) => `${name.slice('sluice_'.length)} ${Object.values(labels).join(' ')} = ${value}`);
  });

test('tell what apps are to have, and what they have had, of groups that somebody has decided about', async () => {
  const rollout = aRollout();
  const state = { phase: 'holding', step: 0, since: '2026-01-01T00:00:00.000Z', atRevision: 1, gates: [] } as const;
  const held = rolloutView({ ...rollout, state });
  const views: readonly GroupView[] = [NONE, { ...NONE, group: GROUP, shares: shares({ [OLD]: 75, [NEW]: 25 }), rollout: held }];
  assert.deepEqual(told(await factsOf(views, async () => Promise.resolve(observation))), [
    `share_asked_ratio ${GROUP} ${OLD} = 0.75`,
    `share_asked_ratio ${GROUP} ${NEW} = 0.25`,
    `share_requests_total ${GROUP} ${OLD} = 75`,
    `share_requests_total ${GROUP} ${NEW} = 25`,
    `share_errors_total ${GROUP} ${OLD} 5xx = 1`,
    `share_errors_total ${GROUP} ${OLD} connection = 0`,
    `share_errors_total ${GROUP} ${NEW} 5xx = 0`,
    `share_errors_total ${GROUP} ${NEW} connection = 2`,
    `rollout_phase ${GROUP} holding  = 1`,
    `rollout_phase_start_time_seconds ${GROUP} = 1767225600`,
    `rollout_paused ${GROUP} = 0`,
    `rollout_gates ${GROUP} passed = 0`,
    `rollout_gates ${GROUP} waiting = 0`,
    `rollout_gates ${GROUP} failed = 0`,
  ]);
});

test('ask HAProxy about nobody who has all, about a hundred groups at most, and go on where it does not answer', async () => {
  let looks = 0;
  const observe = async (): Promise<never> => {
    looks += 1;
    return Promise.reject(new SluiceError('HAPROXY_NOT_RUNNING', 'no answer'));
  };
  const all = { ...NONE, shares: shares({ [NEW]: 100, [OLD]: 0 }) };
  assert.deepEqual(told(await factsOf([all], observe)), [
    'share_asked_ratio /two /shop-green = 1',
    'share_asked_ratio /two /shop-blue = 0',
  ]);
  assert.equal(looks, 0);
  const many = Array.from({ length: 120 }, (_, at) => ({ ...NONE, group: `/g${at}`, shares: shares({ [NEW]: 50, [OLD]: 50 }) }));
  assert.equal(told(await factsOf(many, observe)).length, 240);
  assert.equal(looks, 100);
});
