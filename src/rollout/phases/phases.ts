import type { Facts } from '../facts.ts';
import type { Rollout } from '../rollout.ts';
import type { Phase } from '../state.ts';
import { aborting } from './aborting.ts';
import { ended } from './ended.ts';
import { ending } from './ending.ts';
import { holding } from './holding.ts';
import { keeping } from './keeping.ts';
import type { Finding, InPhase } from './phase.ts';
import { preparing } from './preparing.ts';
import { shifting } from './shifting.ts';
import { shrinking } from './shrinking.ts';

const PHASES: { readonly [P in Phase]: InPhase<P> } = { preparing, shifting, holding, shrinking, keeping, ending, aborting, ended };

/** What there is to do for a rollout in its phase. */
export const lookAt = <P extends Phase>(rollout: Rollout<P>, facts: Facts): Finding => PHASES[rollout.state.phase](rollout, facts);
