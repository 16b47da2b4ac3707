import { without } from '../kit/without.ts';
import type { Rollout } from '../rollout/rollout.ts';

/** A rollout as it is told. Definitions are left out: passwords may be in their environment. */
export type RolloutView = Omit<Rollout, 'definitions'>;

export const rolloutView = (rollout: Rollout): RolloutView => without(rollout, 'definitions');
