import { z } from 'zod';
import { boundedList, boundedRecord } from '../kit/bounded.ts';
import { type GroupObservation, RESPONSE_TIME_BOUNDS, SERVER_STATES } from '../rollout/observation.ts';

/** What a Sluice tells another one of itself, and of a group in its HAProxy; no app where nobody asked for one, or there is none. */
export interface PeerAnswer {
  /** Another one with each start: by it a Sluice knows itself. */
  readonly instance: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Of Sluice. */
  readonly version?: string;
  /** For so long it has not come to the end of a look at its rollouts; absent: it does not say. */
  readonly behindMs?: number;
  readonly observation: GroupObservation;
}

/** More than the largest group has: a server is some 300 characters. */
export const MOST_BYTES = 4 * 1024 * 1024;
const MOST_SERVERS = 20_000;
const MOST_APPS = 1000;

const BUCKETS = RESPONSE_TIME_BOUNDS.length + 1;

const id = z.string().min(1).max(1000);
const version = z.string().min(1).max(100);
const count = z.int().min(0);

const server = z.object({
  ...{ taskId: id, backend: id, server: id },
  state: z.enum(SERVER_STATES),
  up: z.boolean(),
  ...{ weight: count, sessions: count, queued: count },
});

const counters = z.object({
  ...{ requests: count, errors5xx: count, connectionErrors: count },
  responseTimes: boundedList(count, BUCKETS)
    .refine(({ length }) => length === BUCKETS)
    .exactOptional(),
});

const answer = z.object({
  instance: id,
  startedAt: z.iso.datetime(),
  version: version.exactOptional(),
  behindMs: count.exactOptional(),
  observation: z.object({
    sluice: id,
    at: z.iso.datetime(),
    revision: count,
    apps: boundedRecord(z.object({ servers: boundedList(server, MOST_SERVERS), counters }), MOST_APPS),
  }),
});

/** undefined: it is no such answer; what is in it besides is left out. Pure. */
export const readPeerAnswer = (text: string): PeerAnswer | undefined => {
  try {
    return answer.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON: whatever it is, it is no answer.
    return undefined;
  }
};
