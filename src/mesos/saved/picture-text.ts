import { createHash } from 'node:crypto';
import { z } from 'zod';
import { messageOf } from '../../kit/error.ts';
import type { SavedPicture } from '../picture/picture.ts';

/** The picture as text: one JSON document, one task a line, with a checksum over all that is before it. */

const FORMAT = 'sluice mesos';
const VERSION = 1;
const DIGEST_CHARS = 64;
/** So many tasks are worded in one turn of the event loop. */
const TASKS_A_PIECE = 200;

/** What is kept over a restart: the picture, and the addresses of hosts that it was made with. */
export interface SavedMesos extends SavedPicture {
  /** ISO 8601. */
  readonly savedAt: string;
  readonly hosts: ReadonlyMap<string, readonly string[]>;
}

const tail = (digest: string): string => `\n],"sha256":"${digest}"}\n`;
const TAIL_BYTES = tail('0'.repeat(DIGEST_CHARS)).length;

/** The text in pieces of bounded size, the last one with the checksum. */
export function* toPieces({ tasks, hosts, ...head }: SavedMesos): Generator<string> {
  const hash = createHash('sha256');
  const begin = JSON.stringify({ format: FORMAT, version: VERSION, ...head, hosts: [...hosts] });
  let piece = `${begin.slice(0, -1)},"tasks":[`;
  for (let at = 0; at < tasks.length; at += TASKS_A_PIECE) {
    const lines = tasks.slice(at, at + TASKS_A_PIECE).map((task) => `\n${JSON.stringify(task)}`);
    piece += `${at === 0 ? '' : ','}${lines.join(',')}`;
    hash.update(piece);
    yield piece;
    piece = '';
  }
  hash.update(piece);
  yield piece + tail(hash.digest('hex'));
}

const texts = z.array(z.string());

const taskSchema = z.object({
  key: z.string(),
  framework: z.string(),
  id: z.string(),
  name: z.string(),
  discovery: z
    .object({ name: z.string(), ports: z.array(z.object({ number: z.number(), protocol: z.string(), name: z.string() })) })
    .exactOptional(),
  agentId: z.string(),
  agentAddresses: texts,
  addresses: z.object({ netinfo: texts.exactOptional(), docker: texts.exactOptional(), mesos: texts.exactOptional() }),
  hostPorts: z.array(z.number()),
  isMapped: z.boolean(),
  fitness: z.enum(['fit', 'unfit']),
  weight: z.number().exactOptional(),
  appId: z.string().exactOptional(),
});

const placed = { addresses: texts, port: z.number().exactOptional() };

const clusterSchema = z.object({
  frameworks: z.array(z.object({ name: z.string(), ...placed })),
  agents: z.array(z.object({ id: z.string(), ...placed })),
  leader: z.string().exactOptional(),
  masters: texts,
});

const headSchema = z.object({ format: z.literal(FORMAT), version: z.number() });

const wholeSchema = z.object({
  savedAt: z.iso.datetime(),
  identity: z.object({ id: z.string(), electedTime: z.number().exactOptional() }).exactOptional(),
  cluster: clusterSchema,
  hosts: z.array(z.tuple([z.string(), texts])).transform((pairs) => new Map(pairs)),
  tasks: z.array(taskSchema),
});

/** What the bytes hold, or why they cannot be trusted. */
export type Understood = { readonly kind: 'saved'; readonly saved: SavedMesos } | { readonly kind: 'nothing'; readonly because: string };

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
  if (!head.success) return nothing('it is no saved picture of Mesos');
  if (head.data.version !== VERSION) return nothing(`it is of version ${head.data.version}, and this Sluice knows version ${VERSION}`);
  if (!isWhole(bytes)) return nothing('its checksum is not that of its content: it was cut off or changed');
  return { kind: 'saved', saved: wholeSchema.parse(json) };
};

/** Never throws: what is not wholly as it was written is nothing. */
export const fromBytes = (bytes: Buffer): Understood => {
  try {
    return understand(bytes);
  } catch (error) {
    return nothing(`it cannot be read: ${messageOf(error).slice(0, 200)}`);
  }
};
