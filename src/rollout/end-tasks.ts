import type { Action } from './action.ts';
import type { AppFacts, Facts, TaskFacts } from './facts.ts';
import type { Rollout } from './rollout.ts';
import { isProvedEmpty, livingTasks, sessionsOn, sluicesBehind, sluicesKnowing, sluicesMissing } from './serving.ts';

/** Tasks that are to end: drained first, killed when nothing runs on them any more, or when their time is over. */

interface Ending {
  readonly appId: string;
  readonly app: AppFacts;
  /** How many tasks are to be left. */
  readonly keep: number;
  /** A deployment of the app is not waited for. */
  readonly force: boolean;
}

const drainedForMs = ({ state }: Rollout, { id }: TaskFacts, nowMs: number): number => nowMs - Date.parse(state.draining[id] ?? '');

/** Those that are drained already, then those that serve nobody, then by id: the same again whenever it is asked. */
const choose = ({ state }: Rollout, { app, keep }: Ending): readonly TaskFacts[] => {
  const living = livingTasks(app);
  const rank = (task: TaskFacts): string => `${task.id in state.draining ? 0 : 1}${task.healthy ? 1 : 0}${task.id}`;
  return [...living].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, Math.max(0, living.length - keep));
};

/** Where nobody says what runs there, nobody knows what would be closed: as at the start of the only Sluice. */
const isOverdue = (rollout: Rollout, task: TaskFacts, { observed, nowMs }: Facts): boolean =>
  rollout.options.atDrainLimit === 'close' &&
  observed.seen.length > 0 &&
  drainedForMs(rollout, task, nowMs) >= 1000 * rollout.options.drainSeconds;

/** For the history: what is ended with tasks whose time is over. */
const closedWith = (overdue: readonly TaskFacts[], { observed }: Facts, appId: string): string => {
  const closed = overdue.reduce((sum, { id }) => sum + sessionsOn(observed, appId, id), 0);
  const missing = overdue.length === 0 ? [] : sluicesMissing(observed);
  const cut = closed === 0 ? '' : `, with ${closed} connections that outlived the limit`;
  return missing.length === 0 ? cut : `${cut}, and with those of Sluice ${missing.join(', ')}`;
};

const waitFor = (rollout: Rollout, { appId }: Ending, chosen: readonly TaskFacts[], { observed, nowMs }: Facts): Action => {
  const behind = sluicesBehind(observed, rollout.state.atRevision);
  const sessions = chosen.reduce((sum, { id }) => sum + sessionsOn(observed, appId, id), 0);
  const late = chosen.some((task) => drainedForMs(rollout, task, nowMs) >= 1000 * rollout.options.drainSeconds);
  const limit = late ? `, for longer than the limit of ${rollout.options.drainSeconds} s: promote closes them` : '';
  if (behind.length > 0) return { kind: 'wait', for: `Sluice ${behind.join(', ')} to say what runs on tasks of ${appId}${limit}` };
  return { kind: 'wait', for: `${sessions} connections on ${chosen.length} tasks of ${appId} to end${limit}` };
};

/** undefined: there is nothing to end any more. */
export const endTasks = (rollout: Rollout, facts: Facts, ending: Ending): Action | undefined => {
  const { appId, app, force } = ending;
  const chosen = choose(rollout, ending);
  if (chosen.length === 0) return undefined;
  const added = chosen.filter(({ id }) => !(id in rollout.state.draining));
  if (added.length > 0) {
    const at = new Date(facts.nowMs).toISOString();
    const draining = { ...rollout.state.draining, ...Object.fromEntries(added.map(({ id }) => [id, at])) };
    return { kind: 'note', state: { draining }, what: [`${added.length} tasks of ${appId} are drained`] };
  }
  const { observed } = facts;
  const drained = chosen.filter(({ id }) => isProvedEmpty(observed, rollout.state.atRevision, appId, id));
  const overdue = chosen.filter((task) => !drained.includes(task) && isOverdue(rollout, task, facts));
  const taskIds = [...drained, ...overdue].map(({ id }) => id);
  if (taskIds.length === 0) return waitFor(rollout, ending, chosen, facts);
  if (app.isDeploying && !force) return { kind: 'wait', for: `a deployment of ${appId} to end` };
  const left = chosen.length - taskIds.length;
  const what = `${taskIds.length} drained tasks of ${appId} are ended${closedWith(overdue, facts, appId)}${left === 0 ? '' : `; ${left} are left`}`;
  return { kind: 'kill', appId, taskIds, force, what };
};

/** All of an app: its tasks, then itself. undefined: it is gone, and all Sluices that answer know it. */
export const endApp = (rollout: Rollout, facts: Facts, appId: string, app: AppFacts | undefined, force: boolean): Action | undefined => {
  if (app === undefined) {
    const knowing = sluicesKnowing(facts.observed, appId);
    return knowing.length === 0 ? undefined : { kind: 'wait', for: `Sluice ${knowing.join(', ')} to hear that ${appId} is gone` };
  }
  return endTasks(rollout, facts, { appId, app, keep: 0, force }) ?? { kind: 'delete', appId, what: `${appId} is deleted` };
};
