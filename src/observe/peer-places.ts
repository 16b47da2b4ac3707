import { z } from 'zod';
import { appSchema as rawAppSchema, type RawPortMapping } from '../marathon/payload/app-schema.ts';
import { networkOf, portMappingsOf } from '../marathon/payload/network.ts';
import { toTask } from '../marathon/payload/task.ts';
import type { Task } from '../model/task.ts';

/** Another Sluice: how it is called, and where it is asked, or why it cannot be. */
export type PeerPlace = { readonly name: string } & ({ readonly url: string } | { readonly because: string });

const appSchema = rawAppSchema.pick({ networks: true, ipAddress: true, container: true, tasks: true });

type ToldApp = z.infer<typeof appSchema>;

/** It serves. One that is UNREACHABLE is none: nobody knows when it comes back, if ever, and nothing may wait for it for ever. */
const SERVING = new Set(['TASK_RUNNING', 'TASK_KILLING']);

const urlOf = (host: string | undefined, port: number | undefined): string | undefined =>
  host === undefined || host === '' || port === undefined ? undefined : `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The port of the task's host that leads to a port of its container: one of `ports` for each mapping that has one. */
const hostPort = (all: readonly RawPortMapping[], port: number, { ports }: Task): number | undefined => {
  const mapped = all.filter((one) => one.hostPort != null);
  const index = mapped.findIndex(({ containerPort }) => containerPort === port);
  return index < 0 ? undefined : ports[index];
};

const placeOf = (app: ToldApp, task: Task, statsPort: number): PeerPlace => {
  const mode = networkOf(app);
  const mapped = mode === 'host' ? statsPort : hostPort(portMappingsOf(app), statsPort, task);
  const inside = mode === 'container' ? urlOf(task.ipAddresses[0], statsPort) : undefined;
  const url = urlOf(task.host, mapped) ?? inside;
  if (url !== undefined) return { name: task.id, url };
  const because = mode === 'host' ? 'Marathon tells no host of it' : `no port of its host is mapped to its --stats-port ${statsPort}`;
  return { name: task.id, because: `${because}: map one, or name the other Sluices by --peers` };
};

/** What is asked here holds whatever its health. */
const UNCHECKED = { version: '', healthChecks: [] };

/** Undefined: one of them is no task. */
const tasksOf = ({ tasks }: ToldApp): readonly Task[] | undefined => {
  try {
    return tasks.map((task) => toTask(task, UNCHECKED));
  } catch (error) {
    if (error instanceof z.ZodError) return undefined;
    throw error;
  }
};

/**
 * The other tasks of Sluice's own app that serve, whatever their health, and where their statistics port is. Pure.
 * @param told the app as Marathon tells it, with its tasks; undefined: it is no such thing
 */
export const peerPlaces = (told: unknown, own: string, statsPort: number): readonly PeerPlace[] | undefined => {
  const app = appSchema.safeParse(told).data;
  if (app === undefined) return undefined;
  return tasksOf(app)
    ?.filter(({ id, state }) => id !== own && SERVING.has(state))
    .map((task) => placeOf(app, task, statsPort));
};
