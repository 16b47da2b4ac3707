import { hasEnded } from '../model/task-state.ts';
import type { AppFacts, TaskFacts } from './facts.ts';
import type { Observations, ServerObservation } from './observation.ts';

/**
 * Which tasks of an app count for what. Each kind is among those above it, but `proved` among `healthy` and `working` alone.
 *
 * | tasks     | Marathon                                  | HAProxys                             | counted for                          |
 * | --------- | ----------------------------------------- | ------------------------------------ | ------------------------------------ |
 * | living    | has not ended it, and does not end it     |                                      | how many there are to end            |
 * | healthy   | finds it well                             |                                      | what people are told, gate `healthy` |
 * | notIll    | finds it well, or does not know yet       | where Marathon does not know: one    |                                      |
 * |           |                                           | has the task                         |                                      |
 * | notFailed | the same                                  | none has it down                     | whether a share can be kept          |
 * | working   | the same                                  | those that know it have it UP        | whether it may take over from others |
 * | proved    | finds it well                             | all have it, UP and ready            | whether it can be given more         |
 */

/** Servers of a task as one Sluice has them. */
const serversOf = (observed: Observations, appId: string, taskId: string): readonly (readonly ServerObservation[])[] =>
  observed.seen.map(({ apps }) => apps[appId]?.servers.filter((server) => server.taskId === taskId) ?? []);

const isLiving = ({ state }: TaskFacts): boolean => !hasEnded(state) && state !== 'TASK_KILLING';

export const livingTasks = (app: AppFacts | undefined): readonly TaskFacts[] => app?.tasks.filter(isLiving) ?? [];

export const healthyTasks = (app: AppFacts | undefined): readonly TaskFacts[] => livingTasks(app).filter(({ healthy }) => healthy);

/** Marathon knows nothing of any task after each change of its leader. */
const notIllTasks = (app: AppFacts | undefined, appId: string, observed: Observations): readonly TaskFacts[] =>
  livingTasks(app).filter(
    ({ id, healthy, isUnknown = false }) => healthy || (isUnknown && serversOf(observed, appId, id).flat().length > 0),
  );

/**
 * A HAProxy that does not have the server at the moment, or not in service, says nothing against it: so it is for an instant after each reload, where
 * the servers that came since its files were written are to be added again.
 */
const isDown = ({ up, state }: ServerObservation): boolean => !up && state !== 'absent' && state !== 'maint';

export const notFailedTasks = (app: AppFacts | undefined, appId: string, observed: Observations): readonly TaskFacts[] =>
  notIllTasks(app, appId, observed).filter(({ id }) => !serversOf(observed, appId, id).flat().some(isDown));

export const workingTasks = (app: AppFacts | undefined, appId: string, observed: Observations): readonly TaskFacts[] =>
  notIllTasks(app, appId, observed).filter(({ id }) =>
    serversOf(observed, appId, id)
      .flat()
      .every(({ up }) => up),
  );

export const provedTasks = (app: AppFacts | undefined, appId: string, observed: Observations): readonly TaskFacts[] => {
  if (observed.seen.length === 0) return [];
  const isUp = (servers: readonly ServerObservation[]): boolean =>
    servers.length > 0 && servers.every(({ up, state }) => up && state === 'ready');
  return healthyTasks(app).filter(({ id }) => serversOf(observed, appId, id).every(isUp));
};

/** What runs on a task, over all Sluices that answer. */
export const sessionsOn = (observed: Observations, appId: string, taskId: string): number =>
  serversOf(observed, appId, taskId)
    .flat()
    .reduce((sum, { sessions, queued }) => sum + sessions + queued, 0);

/** No Sluice is missing, each has the book of that revision in force, gives the task nothing new, and nothing runs there any more. */
export const isProvedEmpty = (observed: Observations, revision: number, appId: string, taskId: string): boolean =>
  observed.missing.length === 0 &&
  observed.seen.length > 0 &&
  observed.seen.every((one) => one.revision >= revision) &&
  serversOf(observed, appId, taskId)
    .flat()
    .every(({ state }) => state !== 'ready') &&
  sessionsOn(observed, appId, taskId) === 0;

/** Sluices that have not heard yet that an app is gone: to them it would be an app of no group if the book did not speak of it any more. */
export const sluicesKnowing = ({ seen }: Observations, appId: string): readonly string[] =>
  seen.filter(({ apps }) => apps[appId] !== undefined).map(({ sluice }) => sluice);

/** Sluices that do not answer, and why: for people. */
export const sluicesMissing = ({ missing }: Observations): readonly string[] =>
  missing.map(({ sluice, because }) => `${sluice} (${because})`);

/** Sluices that do not have the book of that revision in force, or do not answer: for people. */
export const sluicesBehind = (observed: Observations, revision: number): readonly string[] => [
  ...observed.seen.filter((one) => one.revision < revision).map(({ sluice }) => sluice),
  ...sluicesMissing(observed),
];
