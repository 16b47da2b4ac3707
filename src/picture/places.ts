import type { Backend } from '../desired/desired.ts';
import type { PortFate } from '../desired/app-part.ts';
import { admit } from '../desired/admission.ts';
import { serverName } from '../desired/names.ts';
import type { BuildOptions } from '../desired/options.ts';
import type { Task } from '../model/task.ts';
import type { AppEntry } from '../model/model.ts';

/** Which server of HAProxy a task is. */
export interface TaskPlace {
  readonly backend: string;
  readonly server: string;
  readonly taskId: string;
  readonly appId: string;
  /** In a backend for those who look at one colour. */
  readonly isPreview?: true;
}

/** Also of a task that takes no traffic yet, or no more: its server may be there nevertheless, with what runs on it. */
const inService = (task: Task): Task => ({ ...task, state: 'TASK_RUNNING', health: 'healthy' });

/** Undefined: nowhere. */
const placeOf = (
  { app }: AppEntry,
  task: Task,
  fate: Extract<PortFate, { kind: 'taken' }>,
  hosts: ReadonlyMap<string, string>,
  options: BuildOptions,
): TaskPlace | undefined => {
  const port = app.ports[fate.index];
  if (port === undefined) return undefined;
  const at = admit(app, port, inService(task), hosts, options, fate.servicePort);
  if (at.kind === 'out') return undefined;
  return { backend: fate.backend, server: serverName(at.host, at.address, at.port), taskId: task.id, appId: app.id };
};

/** Of two tasks at one address the one that runs has the server: the other one was replaced, and is not gone from the list yet. */
const byServer = (all: readonly (readonly [TaskPlace, Task])[]): readonly TaskPlace[] => {
  const places = new Map<string, TaskPlace>();
  for (const [place, task] of all) {
    const key = `${place.backend}/${place.server}`;
    if (!places.has(key) || (task.state === 'TASK_RUNNING' && task.health !== 'unhealthy')) places.set(key, place);
  }
  return [...places.values()];
};

/** The servers of an app's tasks, and of those of the apps that it is served with. Made anew each time. */
export const placesOf = (
  entries: readonly AppEntry[],
  fates: readonly PortFate[],
  hosts: ReadonlyMap<string, string>,
  options: BuildOptions,
): readonly TaskPlace[] => {
  const all = fates.flatMap((fate) => {
    if (fate.kind === 'left') return [];
    return entries.flatMap((entry) =>
      entry.tasks
        .values()
        .toArray()
        .flatMap((task): [TaskPlace, Task][] => {
          const place = placeOf(entry, task, fate, hosts, options);
          return place === undefined ? [] : [[place, task]];
        }),
    );
  });
  return byServer(all);
};

/** The tasks of one app in its backends that stand beside those of all: what is asked of a task is asked of it there, too. */
export const besides = (
  places: readonly TaskPlace[],
  backends: readonly Pick<Backend, 'name' | 'beside' | 'ofApp' | 'isPreview'>[],
): readonly TaskPlace[] =>
  backends.flatMap(({ name, beside, ofApp, isPreview }) =>
    places
      .filter(({ backend, appId }) => backend === beside && appId === ofApp)
      .map((place) => ({ ...place, backend: name, ...(isPreview === undefined ? {} : { isPreview }) })),
  );
