import { without } from '../../../src/kit/without.ts';
import type { Look } from '../../../src/cli/rollout/look.ts';
import type { Rollout } from '../../../src/rollout/rollout.ts';
import type { GateResult } from '../../../src/rollout/gate.ts';
import type { Besides, Phase, Standing } from '../../../src/rollout/state.ts';

/** Of a hold where no phase is said. */
type Stands = Partial<Standing> &
  ({ readonly phase?: never; readonly gates?: readonly GateResult[] } | { [P in Phase]: { readonly phase: P } & Besides[P] }[Phase]);

const STANDING: Standing = { step: 0, since: '2026-11-22T22:01:00.000Z', atRevision: 1 };

/** A rollout of /shop from blue to green, at its first hold; with overrides. */
export const aRollout = (stands: Stands = {}, overrides: Partial<Rollout> = {}): Rollout => ({
  id: 'r1',
  group: '/shop',
  from: '/shop-blue',
  to: '/shop-green',
  definitions: {},
  options: {
    steps: [5, 25, 50, 100],
    holdSeconds: 60,
    gates: [{ kind: 'errors', maxPercent: 1 }],
    surge: 'full',
    instances: 3,
    keepSeconds: 3600,
    healthyWithinSeconds: 600,
    drainSeconds: 300,
    atDrainLimit: 'wait',
    splitBy: 'request',
  },
  started: { by: 'ada@edge-1', at: '2026-11-22T22:00:00.000Z', reason: 'release 4711' },
  state:
    stands.phase === undefined ? { phase: 'holding', gates: [], ...STANDING, ...without(stands, 'phase') } : { ...STANDING, ...stands },
  history: [
    { at: '2026-11-22T22:00:00.000Z', by: 'ada@edge-1', what: 'begun' },
    { at: '2026-11-22T22:01:00.000Z', by: 'controller', what: 'share of green 5 %' },
  ],
  ...overrides,
});

/** The group /shop as the API tells it. */
export const aGroup = (rollout: Rollout | null, overrides: Partial<Look> = {}): Look => ({
  group: '/shop',
  apps: [
    { appId: '/shop-blue', colour: 'blue', share: 95, instances: 3, running: 3, healthy: 3 },
    { appId: '/shop-green', colour: 'green', share: 5, instances: 3, running: 3, healthy: 2 },
  ],
  shares: null,
  rollout,
  problems: [],
  ...overrides,
});
