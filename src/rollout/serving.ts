import { hasEnded } from '../model/task-state.ts';
import type { AppFacts, TaskFacts } from './facts.ts';
import type { Observations, ServerObservation } from './observation.ts';

/** Servers of a task as one Sluice has them. */
const serversOf = (observed: Observations, appId: string, taskId: string): readonly (readonly ServerObservation[])[] =>
  observed.seen.map(({ apps }) => apps[appId]?.servers.filter((server) => server.taskId === taskId) ?? []);

/** It may still run: it has not ended, and nobody ends it. */
const isLiving = ({ state }: TaskFacts): boolean => !hasEnded(state) && state !== 'TASK_KILLING';

export const livingTasks = (app: AppFacts | undefined): readonly TaskFacts[] => app?.tasks.filter(isLiving) ?? [];

const healthyTasks = (app: AppFacts | undefined): readonly TaskFacts[] => livingTasks(app).filter(({ healthy }) => healthy);

/** Healthy in Marathon, and proved to take traffic: UP in the HAProxy of every Sluice that answers. */
export const provedTasks = (app: AppFacts | undefined, appId: string, observed: Observations): readonly TaskFacts[] => {
  if (observed.seen.length === 0) return [];
  const isUp = (servers: readonly ServerObservation[]): boolean =>
    servers.length > 0 && servers.every(({ up, state }) => up && state === 'ready');
  return healthyTasks(app).filter(({ id }) => serversOf(observed, appId, id).every(isUp));
};

/**
 * Tasks that Marathon has for healthy. Of those of which it knows nothing yet, as after each change of its leader, HAProxy's word counts: at least one
 * has the task.
 */
const notIll = (app: AppFacts | undefined, appId: string, observed: Observations): readonly TaskFacts[] =>
  livingTasks(app).filter(
    ({ id, healthy, isUnknown = false }) => healthy || (isUnknown && serversOf(observed, appId, id).flat().length > 0),
  );

/**
 * Not ill in Marathon, and not said to be down by any HAProxy. One that has no such server at the moment says nothing against it: so it is for an
 * instant after each reload, where the servers that came since its files were written are to be added again.
 */
export const unrefutedTasks = (app: AppFacts | undefined, appId: string, observed: Observations): readonly TaskFacts[] =>
  notIll(app, appId, observed).filter(({ id }) =>
    serversOf(observed, appId, id)
      .flat()
      .every(({ up, state }) => up || state === 'maint'),
  );

/** Not ill in Marathon, and in no HAProxy that knows it other than UP. */
export const workingTasks = (app: AppFacts | undefined, appId: string, observed: Observations): readonly TaskFacts[] =>
  notIll(app, appId, observed).filter(({ id }) =>
    serversOf(observed, appId, id)
      .flat()
      .every(({ up }) => up),
  );

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
