import { type Action, type Note, waitFor } from './action.ts';
import type { AppFacts, Facts, TaskFacts } from './facts.ts';
import { patienceMs } from './limits.ts';
import type { Rollout } from './rollout.ts';
import { isProvedEmpty, livingTasks, sessionsOn, sluicesBehind, sluicesKnowing, sluicesMissing } from './serving.ts';
import type { DrainingPhase } from './state.ts';

/** Tasks that are to end: drained first, killed when nothing runs on them any more, or when their time is over. */

type Draining = Rollout<DrainingPhase>;

/** An app that is to end. */
interface EndingApp {
  readonly appId: string;
  /** undefined: Marathon has it no more. */
  readonly app: AppFacts | undefined;
  /** A deployment of the app is not waited for. */
  readonly force: boolean;
}

interface EndingTasks extends EndingApp {
  readonly app: AppFacts;
  /** How many tasks are to be left. */
  readonly keep: number;
}

const drainedMs = ({ state }: Draining, { id }: TaskFacts, { nowMs }: Facts): number => nowMs - Date.parse(state.draining[id] ?? '');

const isLate = (rollout: Draining, task: TaskFacts, facts: Facts): boolean =>
  drainedMs(rollout, task, facts) >= 1000 * rollout.options.drainSeconds;

/** What outlives its time is closed. */
const isClosing = ({ state, options }: Draining): boolean => state.closes ?? options.atDrainLimit === 'close';

/** Those that are drained already, then those that serve nobody, then by id: the same again whenever it is asked. */
const choose = ({ state }: Draining, { app, keep }: EndingTasks): readonly TaskFacts[] => {
  const living = livingTasks(app);
  const rank = (task: TaskFacts): string => `${task.id in state.draining ? 0 : 1}${task.healthy ? 1 : 0}${task.id}`;
  return [...living].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, Math.max(0, living.length - keep));
};

/**
 * Where nobody says what runs there, nobody knows what would be closed: as at the start of the only Sluice. Who says it, and has not heard of the drain
 * yet, gives the task new ones: it has its time to hear of it.
 */
const isOverdue = (rollout: Draining, task: TaskFacts, facts: Facts): boolean => {
  const { state, options } = rollout;
  const { seen } = facts.observed;
  const limitMs = state.closes === true ? 0 : 1000 * options.drainSeconds;
  const wasHeard = seen.every(({ revision }) => revision >= state.atRevision);
  return isClosing(rollout) && seen.length > 0 && drainedMs(rollout, task, facts) >= limitMs + (wasHeard ? 0 : patienceMs(rollout));
};

/** For the history: what is ended with tasks whose time is over. */
const closedWith = ({ state }: Draining, overdue: readonly TaskFacts[], { observed }: Facts, appId: string): string => {
  const closed = overdue.reduce((sum, { id }) => sum + sessionsOn(observed, appId, id), 0);
  const missing = overdue.length === 0 ? [] : sluicesMissing(observed);
  const cut =
    closed === 0 ? '' : `, with ${closed} connections that ${state.closes === true ? 'were not waited for' : 'outlived the limit'}`;
  return missing.length === 0 ? cut : `${cut}, and with those of Sluice ${missing.join(', ')}`;
};

/** Of those that are drained: the ones on which nothing runs any more, and those whose time is over. undefined: there are none yet. */
const kill = (rollout: Draining, facts: Facts, { appId, force }: EndingTasks, chosen: readonly TaskFacts[]): Action | undefined => {
  const empty = chosen.filter(({ id }) => isProvedEmpty(facts.observed, rollout.state.atRevision, appId, id));
  const overdue = chosen.filter((task) => !empty.includes(task) && isOverdue(rollout, task, facts));
  const taskIds = [...empty, ...overdue].map(({ id }) => id);
  if (taskIds.length === 0) return undefined;
  const left = chosen.length === taskIds.length ? '' : `; ${chosen.length - taskIds.length} are left`;
  const what = `${taskIds.length} drained tasks of ${appId} are ended${closedWith(rollout, overdue, facts, appId)}${left}`;
  return { kind: 'kill', appId, taskIds, force, what };
};

const waitForEnd = (rollout: Draining, facts: Facts, { appId }: EndingTasks, chosen: readonly TaskFacts[]): Action => {
  const { observed } = facts;
  const behind = sluicesBehind(observed, rollout.state.atRevision);
  const late = chosen.some((task) => isLate(rollout, task, facts));
  const advice = isClosing(rollout) ? '' : ': promote closes them';
  const limit = late ? `, for longer than the limit of ${rollout.options.drainSeconds} s${advice}` : '';
  if (behind.length > 0) return waitFor(`Sluice ${behind.join(', ')} to say what runs on tasks of ${appId}${limit}`);
  const sessions = chosen.reduce((sum, { id }) => sum + sessionsOn(observed, appId, id), 0);
  return waitFor(`${sessions} connections on ${chosen.length} tasks of ${appId} to end${limit}`);
};

/** undefined: there is nothing to end any more. */
export const endTasks = (rollout: Draining, facts: Facts, ending: EndingTasks): Action | undefined => {
  const { appId, app, force } = ending;
  const chosen = choose(rollout, ending);
  if (chosen.length === 0) return undefined;
  const drain = chosen.map(({ id }) => id).filter((id) => !(id in rollout.state.draining));
  if (drain.length > 0) return { kind: 'note', drain, what: [`${drain.length} tasks of ${appId} are drained`] };
  const killing = kill(rollout, facts, ending, chosen);
  if (killing === undefined) return waitForEnd(rollout, facts, ending, chosen);
  return app.isDeploying && !force ? waitFor(`a deployment of ${appId} to end`) : killing;
};

/** undefined: all Sluices that answer have heard that it is gone, or had the time to. */
const waitToHear = (rollout: Draining, facts: Facts, appId: string): Action | undefined => {
  const { goneAt } = rollout.state;
  const knowing = sluicesKnowing(facts.observed, appId);
  if (knowing.length === 0) return undefined;
  if (goneAt === undefined) return { kind: 'note', gone: true, what: [] };
  if (facts.nowMs - Date.parse(goneAt) >= patienceMs(rollout)) return undefined;
  return waitFor(`Sluice ${knowing.join(', ')} to hear that ${appId} is gone`);
};

/** All of an app: its tasks, then itself. undefined: it is gone, and no Sluice is waited for any more. */
export const endApp = (rollout: Draining, facts: Facts, ending: EndingApp): Action | undefined => {
  const { appId, app } = ending;
  if (app === undefined) return waitToHear(rollout, facts, appId);
  return endTasks(rollout, facts, { ...ending, app, keep: 0 }) ?? { kind: 'delete', appId, what: `${appId} is deleted` };
};

/** What is noted when an app is gone, with who has not heard of it. */
export const tellingUnheard = (note: Note, { observed }: Facts, appId: string): Note => {
  const knowing = sluicesKnowing(observed, appId);
  return knowing.length === 0
    ? note
    : { ...note, what: [`Sluice ${knowing.join(', ')} has not heard that ${appId} is gone`, ...note.what] };
};
