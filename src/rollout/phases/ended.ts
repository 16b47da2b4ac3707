import type { InPhase } from './phase.ts';

/** Nothing is left to do. */
export const ended: InPhase<'ended'> = () => ({ next: () => ({ kind: 'nothing' }) });
