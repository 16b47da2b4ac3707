import type { Book } from '../book.ts';
import type { Member } from '../members.ts';
import { refuse, type Refusal } from './edit.ts';
import { nearest } from './nearest.ts';

/** Why nobody may set the shares of a group by hand now; undefined: somebody may. */
export const whyRolloutRuns = (group: string, { rollouts }: Book): Refusal | undefined => {
  const rollout = rollouts.get(group);
  if (rollout === undefined || rollout.state.phase === 'ended' || rollout.state.paused !== undefined) return undefined;
  return refuse(
    'ROLLOUT_RUNS',
    `a rollout of ${group} to ${rollout.to} runs and sets its shares: \`sluice rollout pause ${group}\` or \`sluice rollout abort ${group}\` first`,
  );
};

/** @param groups that there are, for who mistyped it */
export const noSuchGroup = (group: string, groups: Iterable<string>): Refusal =>
  refuse('NO_SUCH_GROUP', `no app is in the deployment group ${group}${nearest(group, groups)}`);

export type Groups = ReadonlyMap<string, readonly Member[]>;

/** Its apps; or that there is no such group. */
export const membersIn = (group: string, groups: Groups): readonly Member[] | Refusal => {
  const members = groups.get(group) ?? [];
  return members.length === 0 ? noSuchGroup(group, groups.keys()) : members;
};
