import { z } from 'zod';
import { AT_DRAIN_LIMIT, SPLIT_BY, SURGES } from '../rollout/choices.ts';

/** What labels of a book hold. What a newer Sluice has besides is kept: loose all through. */

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

export const sharesSchema = z.looseObject({
  ...signed,
  shares: z.record(z.string().startsWith('/'), percent),
  closed: z.array(z.string()),
  splitBy: z.enum(SPLIT_BY),
  preview: preview.exactOptional(),
});

const ofOverride = { ...signed, id: z.string().min(1) };

export const overrideSchema = z.discriminatedUnion('kind', [
  z.looseObject({ ...ofOverride, kind: z.literal('weight'), taskId: z.string(), weight: z.number().int().min(0).max(256) }),
  z.looseObject({ ...ofOverride, kind: z.literal('drain-task'), taskId: z.string() }),
  z.looseObject({ ...ofOverride, kind: z.literal('drain-agent'), host: z.string() }),
  z.looseObject({ ...ofOverride, kind: z.literal('maintenance'), appId: z.string() }),
]);

const options = z.looseObject({
  steps: z.array(percent),
  holdSeconds: z.number(),
  gates: z.array(z.looseObject({ kind: z.string() })),
  surge: z.enum(SURGES),
  instances: z.number(),
  keepSeconds: z.number(),
  healthyWithinSeconds: z.number(),
  drainSeconds: z.number(),
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
  gates: z.array(
    z.looseObject({ gate: z.looseObject({ kind: z.string() }), outcome: z.enum(['passed', 'failed', 'waiting']), because: z.string() }),
  ),
});

/** What decisions are made of: of the rest Sluice is the only one that writes it. */
export const rolloutSchema = z.looseObject({
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
