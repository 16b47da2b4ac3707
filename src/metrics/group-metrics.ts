import type { GroupFacts } from './group-facts.ts';
import { counter, type Facts, gauge, type Metric } from './metric.ts';
import type { Sample } from './text.ts';

type Rollout = NonNullable<GroupFacts['view']['rollout']>;
type Counters = NonNullable<GroupFacts['observed']>['apps'][string]['counters'];

const ofApps = ({ groups }: Facts, of: (counters: Counters) => readonly Sample[]): readonly Sample[] =>
  groups.flatMap(({ view: { group }, observed }) =>
    Object.entries(observed?.apps ?? {}).flatMap(([app, { counters }]) =>
      of(counters).map(({ labels, value }) => ({ labels: { group, app, ...labels }, value })),
    ),
  );

const ofRollouts = ({ groups }: Facts, of: (rollout: Rollout) => readonly Sample[]): readonly Sample[] =>
  groups.flatMap(({ view: { group, rollout } }) =>
    rollout === null ? [] : of(rollout).map(({ labels, value }) => ({ labels: { group, ...labels }, value })),
  );

const shareSamples = ({ groups }: Facts): readonly Sample[] =>
  groups.flatMap(({ view: { group, shares } }) =>
    Object.entries(shares?.shares ?? {}).map(([app, percent]) => ({ labels: { group, app }, value: percent / 100 })),
  );

const GATES = ['passed', 'waiting', 'failed'] as const;

const gatesOf = ({ state }: Rollout): readonly Sample[] => {
  if (state.phase !== 'holding') return [];
  const { gates } = state;
  return GATES.map((outcome) => ({ labels: { outcome }, value: gates.filter((gate) => gate.outcome === outcome).length }));
};

const outcomeOf = ({ state }: Rollout): string => ('outcome' in state ? state.outcome : '');

/** Of deployment groups that somebody has decided about: there are as many as the book has, and no more. */
export const GROUP_METRICS: readonly Metric[] = [
  gauge('share_asked_ratio', 'Share of the traffic of its group that an app is to have, from 0 to 1.', shareSamples),
  counter('share_requests_total', 'Requests (tcp: connections) that this HAProxy gave an app whose group is shared out.', (facts) =>
    ofApps(facts, ({ requests }) => [{ value: requests }]),
  ),
  counter('share_errors_total', 'Of them, by kind: 5xx, and those that did not reach it.', (facts) =>
    ofApps(facts, ({ errors5xx, connectionErrors }) => [
      { labels: { kind: '5xx' }, value: errors5xx },
      { labels: { kind: 'connection' }, value: connectionErrors },
    ]),
  ),
  gauge('rollout_phase', 'Always 1; what the last rollout of a group does, and how it came out, are labels.', (facts) =>
    ofRollouts(facts, (rollout) => [{ labels: { phase: rollout.state.phase, outcome: outcomeOf(rollout) }, value: 1 }]),
  ),
  gauge('rollout_phase_start_time_seconds', 'When that began, in seconds since 1970.', (facts) =>
    ofRollouts(facts, ({ state }) => [{ value: Date.parse(state.since) / 1000 }]),
  ),
  gauge('rollout_paused', '1 while a rollout waits for somebody to resume it.', (facts) =>
    ofRollouts(facts, ({ state }) => (state.phase === 'ended' ? [] : [{ value: Number(state.paused !== undefined) }])),
  ),
  gauge('rollout_gates', 'Gates of a rollout, by what they said the last time: passed, waiting, failed.', (facts) =>
    ofRollouts(facts, gatesOf),
  ),
];
