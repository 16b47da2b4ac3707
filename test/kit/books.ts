import type { Book } from '../../src/rollout/book.ts';
import type { Override } from '../../src/rollout/override.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import type { GroupShares } from '../../src/rollout/shares.ts';

/** What operators and the controller decide, whole and plain; a test says only what it is about. */

const SIGNED = { by: 'ada@edge-1', at: '2026-11-22T10:00:00.000Z' };

export const someShares = (shares: Readonly<Record<string, number>>, closed: readonly string[] = []): GroupShares => ({
  ...SIGNED,
  shares,
  closed,
  splitBy: 'request',
});

interface BookContent {
  readonly revision?: number;
  /** By group. */
  readonly shares?: Readonly<Record<string, GroupShares>>;
  readonly rollouts?: readonly Rollout[];
  readonly overrides?: readonly Override[];
}

export const aBook = ({ revision = 1, shares = {}, rollouts = [], overrides = [] }: BookContent = {}): Book => ({
  revision,
  shares: new Map(Object.entries(shares)),
  rollouts: new Map(rollouts.map((rollout) => [rollout.group, rollout])),
  overrides: new Map(overrides.map((override) => [override.id, override])),
});

interface RolloutContent {
  readonly from: string;
  readonly to: string;
  /** Ids of tasks. */
  readonly draining?: readonly string[];
}

/** Of '/shop', while it drains. */
export const aRollout = ({ from, to, draining = [] }: RolloutContent): Rollout => ({
  id: 'r1',
  group: '/shop',
  from,
  to,
  definitions: {},
  options: {
    ...{ steps: [50, 100], holdSeconds: 0, gates: [], surge: 'full', instances: 1, keepSeconds: 0 },
    ...{ healthyWithinSeconds: 60, drainSeconds: 60, atDrainLimit: 'wait', splitBy: 'request' },
  },
  started: SIGNED,
  state: {
    phase: 'shrinking',
    step: 0,
    since: SIGNED.at,
    draining: Object.fromEntries(draining.map((id) => [id, SIGNED.at])),
    atRevision: 0,
  },
  history: [],
});
