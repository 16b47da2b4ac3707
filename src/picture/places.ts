import type { Backend } from '../desired/desired.ts';
import type { PortFate, PortPlaces } from '../desired/app-part.ts';
import { admit } from '../desired/admission.ts';
import { serverName } from '../desired/names.ts';
import type { BuildOptions } from '../desired/options.ts';
import type { Task } from '../model/task.ts';
import type { AppEntry } from '../model/model.ts';
import type { Place } from '../rollout/place.ts';

type Taken = Extract<PortFate, { kind: 'taken' }>;

interface Sources {
  /** The app's, and those of the apps that it is served with. */
  readonly entries: readonly AppEntry[];
  /** Whose the servers are, as the backends were made. */
  readonly decided: readonly PortPlaces[];
  readonly fates: readonly PortFate[];
  readonly hosts: ReadonlyMap<string, string>;
  readonly options: BuildOptions;
}

const decidedPlaces = (decided: readonly PortPlaces[], { backend }: Taken): readonly Place[] =>
  decided
    .filter((port) => port.backend === backend)
    .flatMap(({ servers }) => servers.map(({ name, task, appId }) => ({ backend, server: name, taskId: task.id, appId })));

const isRunning = ({ state }: Task): boolean => state === 'TASK_RUNNING';

/** Where a task was that takes no traffic yet, or no more: its server may be there nevertheless, with what runs on it. Undefined: nowhere. */
const formerPlace = ({ app }: AppEntry, task: Task, fate: Taken, { hosts, options }: Sources): Place | undefined => {
  const port = app.ports[fate.index];
  if (port === undefined) return undefined;
  const at = admit(app, port, { ...task, state: 'TASK_RUNNING', health: 'healthy' }, hosts, options, fate.servicePort);
  if (at.kind === 'out') return undefined;
  return { backend: fate.backend, server: serverName(at.host, at.address, at.port), taskId: task.id, appId: app.id };
};

/** Of all tasks but these. Of several at an address the one that runs comes first. */
const formerPlaces = (known: ReadonlySet<string>, fate: Taken, sources: Sources): readonly Place[] => {
  const all = sources.entries.flatMap((entry) => [...entry.tasks.values()].map((task) => ({ entry, task })));
  const others = all.filter(({ task }) => !known.has(task.id));
  const inOrder = [...others.filter(({ task }) => isRunning(task)), ...others.filter(({ task }) => !isRunning(task))];
  return inOrder.flatMap(({ entry, task }) => formerPlace(entry, task, fate, sources) ?? []);
};

/** One of each server: the first. */
const firstOfEach = (places: readonly Place[]): readonly Place[] => {
  const first = new Map<string, Place>();
  for (const place of places) if (!first.has(place.server)) first.set(place.server, place);
  return [...first.values()];
};

/** The servers of tasks: as the backends were made, and where nobody has a server, of who had it, or will. Made anew each time. */
export const placesOf = (sources: Sources): readonly Place[] =>
  sources.fates.flatMap((fate) => {
    if (fate.kind === 'left') return [];
    const decided = decidedPlaces(sources.decided, fate);
    const known = new Set(decided.map(({ taskId }) => taskId));
    return firstOfEach([...decided, ...formerPlaces(known, fate, sources)]);
  });

/** The tasks of one app in its backends that stand beside those of all: what is asked of a task is asked of it there, too. */
export const besides = (
  places: readonly Place[],
  backends: readonly Pick<Backend, 'name' | 'beside' | 'ofApp' | 'isPreview'>[],
): readonly Place[] =>
  backends.flatMap(({ name, beside, ofApp, isPreview }) =>
    places
      .filter(({ backend, appId }) => backend === beside && appId === ofApp)
      .map((place) => ({ ...place, backend: name, ...(isPreview === undefined ? {} : { isPreview }) })),
  );
