import { z } from 'zod';

/** Another Sluice: how it is called, and where it is asked, or why it cannot be. */
export type PeerPlace = { readonly name: string } & ({ readonly url: string } | { readonly because: string });

const mapping = z.looseObject({ containerPort: z.number().nullish(), hostPort: z.number().nullish() });
const mappings = z.array(mapping).nullish();

const appSchema = z.looseObject({
  networks: z.array(z.looseObject({ mode: z.string().nullish() })).nullish(),
  ipAddress: z.unknown().optional(),
  container: z
    .looseObject({ portMappings: mappings, docker: z.looseObject({ network: z.string().nullish(), portMappings: mappings }).nullish() })
    .nullish(),
  tasks: z
    .array(
      z.looseObject({
        id: z.string(),
        state: z.string().default('TASK_RUNNING'),
        host: z.string().nullish(),
        ports: z.array(z.number()).nullish(),
        ipAddresses: z.array(z.looseObject({ ipAddress: z.string() })).nullish(),
      }),
    )
    .nullish(),
});

type ToldApp = z.infer<typeof appSchema>;
type ToldTask = NonNullable<ToldApp['tasks']>[number];

/** It serves. One that is UNREACHABLE is none: nobody knows when it comes back, if ever, and nothing may wait for it for ever. */
const SERVING = new Set(['TASK_RUNNING', 'TASK_KILLING']);

const modeOf = ({ networks, ipAddress, container }: ToldApp): 'host' | 'bridge' | 'container' => {
  const [first] = networks ?? [];
  if (first !== undefined) return first.mode === 'container' ? 'container' : first.mode === 'container/bridge' ? 'bridge' : 'host';
  const legacy = container?.docker?.network;
  if (legacy === 'BRIDGE') return 'bridge';
  return legacy === 'USER' || ipAddress != null ? 'container' : 'host';
};

const urlOf = (host: string | null | undefined, port: number | undefined): string | undefined =>
  host == null || host === '' || port === undefined ? undefined : `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The port of the task's host that leads to a port of its container: one of `ports` for each mapping that has one. */
const hostPort = (all: readonly z.infer<typeof mapping>[], port: number, { ports }: ToldTask): number | undefined => {
  const mapped = all.filter((one) => one.hostPort != null);
  const index = mapped.findIndex(({ containerPort }) => containerPort === port);
  return index < 0 ? undefined : ports?.[index];
};

const placeOf = (app: ToldApp, task: ToldTask, statsPort: number): PeerPlace => {
  const mode = modeOf(app);
  const all = app.container?.portMappings ?? app.container?.docker?.portMappings ?? [];
  const mapped = mode === 'host' ? statsPort : hostPort(all, statsPort, task);
  const inside = mode === 'container' ? urlOf(task.ipAddresses?.[0]?.ipAddress, statsPort) : undefined;
  const url = urlOf(task.host, mapped) ?? inside;
  if (url !== undefined) return { name: task.id, url };
  const because = mode === 'host' ? 'Marathon tells no host of it' : `no port of its host is mapped to its --stats-port ${statsPort}`;
  return { name: task.id, because: `${because}: map one, or name the other Sluices by --peers` };
};

/**
 * The other tasks of Sluice's own app that serve, whatever their health, and where their statistics port is. Pure.
 * @param told the app as Marathon tells it, with its tasks; undefined: it is no such thing
 */
export const peerPlaces = (told: unknown, own: string, statsPort: number): readonly PeerPlace[] | undefined => {
  const app = appSchema.safeParse(told).data;
  return app?.tasks?.filter(({ id, state }) => id !== own && SERVING.has(state)).map((task) => placeOf(app, task, statsPort)) ?? undefined;
};
