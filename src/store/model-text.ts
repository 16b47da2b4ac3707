import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import { messageOf } from '../kit/error.ts';
import type { AppEntry, Model } from '../model/model.ts';
import type { SavedModel } from '../model/saved-model.ts';

/** The model as text: one JSON document, one app a line, with a checksum over all that is before it. */

const FORMAT = 'sluice model';
const VERSION = 1;
/** So much of the text is made in one turn of the event loop: well below a millisecond of work. */
const PIECE_CHARS = 65_536;
const DIGEST_CHARS = 64;

const tail = (digest: string): string => `\n],"sha256":"${digest}"}\n`;
const TAIL_BYTES = tail('0'.repeat(DIGEST_CHARS)).length;

const lineOf = ({ tasks, since, ...rest }: AppEntry): string => JSON.stringify({ ...rest, tasks: [...tasks.values()], since: [...since] });

function* linesOf({ apps, hosts }: Model, savedAt: string): Generator<string> {
  yield `{"format":${JSON.stringify(FORMAT)},"version":${VERSION},"savedAt":${JSON.stringify(savedAt)},"hosts":${JSON.stringify([...hosts])},"apps":[`;
  let comma = '';
  for (const entry of apps.values()) {
    yield `${comma}\n${lineOf(entry)}`;
    comma = ',';
  }
}

/** The text in pieces of bounded size, the last one with the checksum. Entries never change, so it is whole whenever the next piece is asked for. */
export function* toPieces(model: Model, savedAt: string): Generator<string> {
  const hash: Hash = createHash('sha256');
  let piece = '';
  for (const line of linesOf(model, savedAt)) {
    piece += line;
    if (piece.length < PIECE_CHARS) continue;
    hash.update(piece);
    yield piece;
    piece = '';
  }
  hash.update(piece);
  yield piece + tail(hash.digest('hex'));
}

const strings = z.record(z.string(), z.string());
const pairs = z.array(z.tuple([z.string(), z.string()]));

const port = {
  protocol: z.string(),
  name: z.string().exactOptional(),
  containerPort: z.number().exactOptional(),
  hostPortIndex: z.number().exactOptional(),
  container: z.string().exactOptional(),
};

const checks = z.array(
  z.object({
    protocol: z.string(),
    path: z.string().exactOptional(),
    portIndex: z.number().exactOptional(),
    port: z.number().exactOptional(),
    intervalSeconds: z.number(),
    timeoutSeconds: z.number(),
    maxConsecutiveFailures: z.number(),
    gracePeriodSeconds: z.number(),
  }),
);

const appSchema = z.object({
  id: z.string().startsWith('/'),
  kind: z.literal('pod').exactOptional(),
  labels: strings,
  instances: z.number(),
  version: z.string(),
  lastConfigChangeAt: z.string(),
  lastScalingAt: z.string().exactOptional(),
  network: z.enum(['host', 'container/bridge', 'container']),
  ports: z.array(z.object({ servicePort: z.number(), ...port })),
  definedPorts: z.array(z.object({ servicePort: z.number().exactOptional(), ...port })).exactOptional(),
  healthChecks: checks,
});

const taskSchema = z.object({
  id: z.string(),
  instanceId: z.string(),
  host: z.string(),
  ipAddresses: z.array(z.string()),
  ports: z.array(z.number()),
  state: z.string(),
  health: z.enum(['healthy', 'unhealthy', 'unknown']),
  version: z.string(),
  agentId: z.string().exactOptional(),
  containers: z.array(z.object({ name: z.string(), taskId: z.string(), state: z.string() })).exactOptional(),
});

const entrySchema = z
  .object({ app: appSchema, tasks: z.array(taskSchema), since: pairs, formerChecks: z.array(checks).exactOptional() })
  .transform(({ tasks, since, ...rest }): AppEntry => ({
    ...rest,
    tasks: new Map(tasks.map((task) => [task.id, task])),
    since: new Map(since),
  }));

const headSchema = z.object({ format: z.literal(FORMAT), version: z.number() });
const wholeSchema = z.object({ savedAt: z.iso.datetime(), hosts: pairs, apps: z.array(entrySchema) });

/** What the bytes hold, or why they cannot be trusted. */
type Understood = { readonly kind: 'model'; readonly saved: SavedModel } | { readonly kind: 'nothing'; readonly because: string };

const nothing = (because: string): Understood => ({ kind: 'nothing', because });

const isWhole = (bytes: Buffer): boolean => {
  const end = bytes.length - TAIL_BYTES;
  if (end <= 0) return false;
  const digest = createHash('sha256').update(bytes.subarray(0, end)).digest('hex');
  return bytes.subarray(end).equals(Buffer.from(tail(digest)));
};

const understand = (bytes: Buffer): Understood => {
  const json: unknown = JSON.parse(bytes.toString('utf8'));
  const head = headSchema.safeParse(json);
  if (!head.success) return nothing('it is no saved model of Sluice');
  const { version } = head.data;
  if (version !== VERSION) return nothing(`it is of version ${version}, and this Sluice knows version ${VERSION}`);
  if (!isWhole(bytes)) return nothing('its checksum is not that of its content: it was cut off or changed');
  const { savedAt, hosts, apps } = wholeSchema.parse(json);
  return { kind: 'model', saved: { savedAt, apps, hosts: new Map(hosts) } };
};

/** Never throws: what is not wholly as it was written is nothing. */
export const fromBytes = (bytes: Buffer): Understood => {
  try {
    return understand(bytes);
  } catch (error) {
    return nothing(`it cannot be read: ${messageOf(error).slice(0, 200)}`);
  }
};
