import type { GroupView, RolloutsView } from '../../report/book-views.ts';
import type { GroupObservation, Observations } from '../../rollout/observation.ts';
import { AnswerError, ask, type AskOptions, type Target } from '../client.ts';
import { idForPath } from '../app-id.ts';
import type { Look } from './group-view.ts';

/** Begins rollouts, and tells of all groups. */
export const ROLLOUTS = '/v2/rollouts';

export const pathOf = (group: string): string => `${ROLLOUTS}/${idForPath(group)}`;

export const askAll = async (target: Target): Promise<RolloutsView> => ask<RolloutsView>(target, ROLLOUTS);

/** A group as it is now. @throws ExitError `failed` where there is none of this name */
export const askGroup = async (target: Target, group: string, options: AskOptions = {}): Promise<GroupView> =>
  ask<GroupView>(target, pathOf(group), undefined, options);

/** Of the Sluice that is asked alone. */
const counted = async (target: Target, group: string, options: AskOptions): Promise<Observations> => {
  try {
    return { seen: [await ask<GroupObservation>(target, `/v2/observations/${idForPath(group)}`, undefined, options)], missing: [] };
  } catch (error) {
    // How the rollout goes is known, and is shown: the rest is said to be missing.
    if (error instanceof AnswerError) return { seen: [], missing: [{ sluice: 'that was asked', because: error.message }] };
    throw error;
  }
};

/** The same, with what that Sluice counts of its traffic. */
export const lookAt = async (target: Target, group: string, options: AskOptions = {}): Promise<Look> => {
  const [view, observations] = await Promise.all([askGroup(target, group, options), counted(target, group, options)]);
  return { ...view, observations };
};
