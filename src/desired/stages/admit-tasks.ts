import { compare } from '../../kit/compare.ts';
import type { Task } from '../../model/task.ts';
import type { AppEntry } from '../../model/model.ts';
import { admit } from '../admission.ts';
import type { Server } from '../desired.ts';
import { cookieValue, serverId, serverName } from '../names.ts';
import { type Context, type PortDraft, type ServerPlace } from '../port-draft.ts';

interface Place extends ServerPlace {
  readonly address: string;
  readonly port: number;
}

/** Tasks of an app in the order of its list. */
type TasksOf = (entry: AppEntry) => Iterable<Task>;

const placesOf = (tasksOf: TasksOf, draft: PortDraft, context: Context): readonly Place[] => {
  const { hosts, options } = context;
  const places = new Map<string, Place>();
  for (const entry of context.entries) {
    // Each app's tasks listen where its own definition says.
    const port = entry === context.entry ? draft.port : entry.app.ports[draft.index];
    if (port === undefined) continue;
    for (const task of tasksOf(entry)) {
      const at = admit(entry.app, port, task, hosts, options, draft.servicePort);
      if (at.kind === 'out') continue;
      const name = serverName(at.host, at.address, at.port);
      // Two tasks at one address (a task that was replaced and is not gone from the list yet) are one server.
      if (!places.has(name) || task.health === 'healthy') places.set(name, { task, name, appId: entry.app.id, ...at });
    }
  }
  return [...places.values()].sort(byHostAndPort);
};

/** Marathon-LB gave out ids in this order; the address makes it whole where tasks share an agent. */
const byHostAndPort = (a: Place, b: Place): number => compare(a.host, b.host) || compare(a.port, b.port) || compare(a.address, b.address);

const serverOf = (place: Place, draft: PortDraft, { group }: Context, taken: Set<number>): Server => {
  const id = serverId(place.name, taken);
  taken.add(id);
  return {
    name: place.name,
    id,
    address: place.address,
    port: place.port,
    weight: 1,
    state: group?.drained.has(place.task.id) === true ? 'maint' : 'ready',
    ...(draft.profile?.cookieName === undefined ? {} : { cookie: cookieValue(place.name) }),
    startsDown: draft.serverOptions.check !== undefined && place.task.health !== 'healthy',
  };
};

/** HAProxy looks at each of them for many a request, and their ids are 1 to 32766, which retired ones keep for a while. */
export const MOST_SERVERS = 10_000;

const noteTooMany = (servers: number, draft: PortDraft, { entry: { app } }: Context): void => {
  if (servers <= MOST_SERVERS) return;
  const message = `${servers} tasks take traffic on this port, and a backend has ${MOST_SERVERS} servers at most: the others are left out`;
  draft.problems.push({ appId: app.id, portIndex: draft.index, message });
};

const isEnding = ({ state }: Task): boolean => state === 'TASK_KILLING';

const hasEnding = ({ tasks }: AppEntry): boolean => tasks.values().some(isEnding);

/** Tasks that were told to end and have not, as they were before. Those that were drained serve nobody any more. */
const endingTasks =
  ({ group }: Context): TasksOf =>
  ({ tasks }) =>
    tasks
      .values()
      .filter((task) => isEnding(task) && group?.drained.has(task.id) !== true)
      .map((task) => ({ ...task, state: 'TASK_RUNNING', health: 'healthy' as const }));

/**
 * A server for each task that takes traffic. A task that is ending is not among them: its server is retired, and ends when its last request has.
 * Not before another one serves, though: HAProxy may know of those by a reload only, or not have found them well yet.
 */
export const admitTasks = (draft: PortDraft, context: Context): void => {
  const taken = new Set<number>();
  const places = placesOf(({ tasks }) => tasks.values(), draft, context);
  noteTooMany(places.length, draft, context);
  draft.servers = places.slice(0, MOST_SERVERS).map((place) => serverOf(place, draft, context, taken));
  draft.places = places;
  if (!context.entries.some(hasEnding)) return;
  const names = new Set(draft.servers.map((server) => server.name));
  const ending = placesOf(endingTasks(context), draft, context)
    .filter((place) => !names.has(place.name))
    .slice(0, MOST_SERVERS);
  draft.ending = ending.map((place) => serverOf(place, draft, context, taken));
  draft.places = [...places, ...ending];
};
