import type { GroupView, RolloutsView } from '../../report/book-views.ts';
import type { GroupObservation } from '../../rollout/observation.ts';
import { idForPath } from '../app-id.ts';
import { AnswerError, ask, type AskOptions, type Target } from '../client.ts';
import type { Look } from './look.ts';

/** Begins rollouts, and tells of all groups. */
export const ROLLOUTS = '/v2/rollouts';

export const pathOf = (group: string): string => `${ROLLOUTS}/${idForPath(group)}`;

export const askAll = async (target: Target): Promise<RolloutsView> => ask<RolloutsView>(target, ROLLOUTS);

/** A group as it is now. @throws ExitError `failed` where there is none of this name */
export const askGroup = async (target: Target, group: string, options: AskOptions = {}): Promise<GroupView> =>
  ask<GroupView>(target, pathOf(group), undefined, options);

/** Of the Sluice that is asked alone. */
const counted = async (target: Target, group: string, options: AskOptions): Promise<Pick<Look, 'observations' | 'uncounted'>> => {
  try {
    const seen = await ask<GroupObservation>(target, `/v2/observations/${idForPath(group)}`, undefined, options);
    return { observations: { seen: [seen], missing: [] } };
  } catch (error) {
    // How the rollout goes is known, and is shown: the rest is said to be missing.
    if (error instanceof AnswerError) return { uncounted: error.message };
    throw error;
  }
};

/** The same, with what that Sluice counts of its traffic. */
export const lookAt = async (target: Target, group: string, options: AskOptions = {}): Promise<Look> => {
  const [view, seen] = await Promise.all([askGroup(target, group, options), counted(target, group, options)]);
  return { ...view, ...seen };
};
