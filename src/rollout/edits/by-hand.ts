import type { Book } from '../book.ts';
import type { Member } from '../members.ts';
import type { Rollout } from '../rollout.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { nearest } from './nearest.ts';

/** What can be done about it in its phase. */
const wayOut = ({ group, state: { phase, waitingFor } }: Rollout): string => {
  if (phase !== 'aborting') return `\`sluice rollout pause ${group}\` or \`sluice rollout abort ${group}\` first`;
  const waits = waitingFor === undefined ? '' : ` and waits for ${waitingFor}`;
  return `it goes back${waits}; \`sluice rollout promote ${group}\` closes what still drains`;
};

/** Why nobody may set the shares of a group by hand now; undefined: somebody may. */
export const whyRolloutRuns = (group: string, { rollouts }: Book): Refusal | undefined => {
  const rollout = rollouts.get(group);
  if (rollout === undefined || rollout.state.phase === 'ended' || rollout.state.paused !== undefined) return undefined;
  return refuse('ROLLOUT_RUNS', `a rollout of ${group} to ${rollout.to} runs and sets its shares: ${wayOut(rollout)}`);
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
