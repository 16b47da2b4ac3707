import { z } from 'zod';
import { AT_DRAIN_LIMIT, SPLIT_BY, SURGES } from '../rollout/choices.ts';
import type { Gate } from '../rollout/gate.ts';
import type { Override } from '../rollout/override.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { GroupShares } from '../rollout/shares.ts';

/** What labels of a book hold, as their types have it. What a newer Sluice has besides is kept: loose all through. */

const text = z.string().max(2000);
const signed = { by: text, at: z.string().max(50), reason: text.exactOptional() };
const percent = z.number().min(0).max(100);

export const headSchema = z.object({
  revision: z.number().int().min(0),
  nonce: z.string().min(1),
  /** Nonce of the book that it was made from; 'new': there was none. */
  parent: z.string(),
  /** Version of the app that had it. */
  parentVersion: z.string(),
});

export type Head = z.infer<typeof headSchema>;

/** Of a book that was made from none. */
export const NEW = 'new';

const preview = z.looseObject({ networks: z.array(z.string()).exactOptional(), hosts: z.boolean() });

export const sharesSchema: z.ZodType<GroupShares> = z.looseObject({
  ...signed,
  shares: z.record(z.string().startsWith('/'), percent),
  closed: z.array(z.string()),
  splitBy: z.enum(SPLIT_BY),
  preview: preview.exactOptional(),
});

const ofOverride = { ...signed, id: z.string().min(1) };

export const overrideSchema: z.ZodType<Override> = z.discriminatedUnion('kind', [
  z.looseObject({ ...ofOverride, kind: z.literal('weight'), taskId: z.string(), weight: z.number().int().min(0).max(256) }),
  z.looseObject({ ...ofOverride, kind: z.literal('drain-task'), taskId: z.string() }),
  z.looseObject({ ...ofOverride, kind: z.literal('drain-agent'), host: z.string() }),
  z.looseObject({ ...ofOverride, kind: z.literal('maintenance'), appId: z.string() }),
]);

const bound = z.number().exactOptional();
const seconds = z.number();

/** A rollout with a gate of another kind is left to the newer Sluice that knows it. */
const gate: z.ZodType<Gate> = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('errors'), maxPercent: bound, maxFactor: bound }),
  z.looseObject({ kind: z.literal('connection-errors'), maxPercent: bound, maxFactor: bound }),
  z.looseObject({ kind: z.literal('p95'), maxFactor: bound, maxMs: bound }),
  z.looseObject({ kind: z.literal('requests'), min: z.number() }),
  z.looseObject({ kind: z.literal('healthy'), minPercent: z.number() }),
  z.looseObject({ kind: z.literal('probe'), url: z.string(), timeoutSeconds: seconds }),
  z.looseObject({ kind: z.literal('command'), command: z.array(z.string()), timeoutSeconds: seconds }),
]);

const options = z.looseObject({
  steps: z.array(percent),
  holdSeconds: seconds,
  gates: z.array(gate),
  surge: z.enum(SURGES),
  instances: z.number(),
  keepSeconds: seconds,
  healthyWithinSeconds: seconds,
  drainSeconds: seconds,
  atDrainLimit: z.enum(AT_DRAIN_LIMIT),
  splitBy: z.enum(SPLIT_BY),
  preview: preview.exactOptional(),
});

const state = z.looseObject({
  phase: z.enum(['preparing', 'shifting', 'holding', 'draining', 'keeping', 'aborting', 'ended']),
  step: z.number().int(),
  since: z.string(),
  paused: z.looseObject(signed).exactOptional(),
  draining: z.record(z.string(), z.string()),
  gates: z.array(z.looseObject({ gate, outcome: z.enum(['passed', 'failed', 'waiting']), because: z.string() })),
  atRevision: z.number().int().min(0),
  waitingFor: z.string().exactOptional(),
  outcome: z.enum(['done', 'aborted', 'undone', 'timed-out']).exactOptional(),
  because: z.string().exactOptional(),
});

export const rolloutSchema: z.ZodType<Rollout> = z.looseObject({
  id: z.string().min(1),
  group: z.string().startsWith('/'),
  from: z.string().startsWith('/').exactOptional(),
  to: z.string().startsWith('/'),
  definitions: z.record(z.string(), z.record(z.string(), z.unknown())),
  options,
  started: z.looseObject(signed),
  state,
  history: z.array(z.looseObject({ at: z.string(), by: z.string(), what: z.string() })),
});
