import { z } from 'zod';
import { AT_DRAIN_LIMIT, SPLIT_BY, SURGES } from '../rollout/choices.ts';
import { type Gate, GATE_OUTCOMES } from '../rollout/gate.ts';
import type { Override } from '../rollout/override.ts';
import type { HistoryEntry, Rollout, RolloutOptions } from '../rollout/rollout.ts';
import type { GroupShares, Preview } from '../rollout/shares.ts';
import type { Signed } from '../rollout/signed.ts';
import { type Besides, OUTCOMES, type Phase, type Standing } from '../rollout/state.ts';

/** What labels of a book hold, as their types have it. What a newer Sluice has besides is kept: loose all through. */

/** A schema for each key of a type: none is forgotten here, and none is too many. */
type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

const text = z.string().max(2000);
const signed = { by: text, at: z.string().max(50), reason: text.exactOptional() } satisfies Shape<Signed>;
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

const preview = z.looseObject({ networks: z.array(z.string()).exactOptional(), hosts: z.boolean() } satisfies Shape<Preview>);

export const sharesSchema: z.ZodType<GroupShares> = z.looseObject({
  ...signed,
  shares: z.record(z.string().startsWith('/'), percent),
  closed: z.array(z.string()),
  splitBy: z.enum(SPLIT_BY),
  preview: preview.exactOptional(),
} satisfies Shape<GroupShares>);

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
} satisfies Shape<RolloutOptions>);

const gates = z.array(z.looseObject({ gate, outcome: z.enum(GATE_OUTCOMES), because: z.string() }));
const draining = z.record(z.string(), z.string());
const absent = z.never().exactOptional();

const open = { outcome: absent, because: absent };
const done = { outcome: z.literal('done'), because: absent };

const besides = {
  preparing: open,
  shifting: open,
  holding: { ...open, gates },
  shrinking: { ...open, draining },
  keeping: done,
  ending: { ...done, draining },
  aborting: { draining, outcome: z.enum(OUTCOMES).exclude(['done']), because: z.string() },
  ended: { outcome: z.enum(OUTCOMES), because: z.string().exactOptional() },
} satisfies { readonly [P in Phase]: Shape<Besides[P]> };

const standing = {
  step: z.number().int(),
  since: z.string(),
  paused: z.looseObject(signed).exactOptional(),
  atRevision: z.number().int().min(0),
  waitingFor: z.string().exactOptional(),
} satisfies Shape<Standing>;

const inPhase = <P extends Phase>(phase: P) => z.looseObject({ phase: z.literal(phase), ...standing, ...besides[phase] });

const state = z.discriminatedUnion('phase', [
  inPhase('preparing'),
  inPhase('shifting'),
  inPhase('holding'),
  inPhase('shrinking'),
  inPhase('keeping'),
  inPhase('ending'),
  inPhase('aborting'),
  inPhase('ended'),
]);

export const rolloutSchema: z.ZodType<Rollout> = z.looseObject({
  id: z.string().min(1),
  group: z.string().startsWith('/'),
  from: z.string().startsWith('/').exactOptional(),
  to: z.string().startsWith('/'),
  definitions: z.record(z.string(), z.record(z.string(), z.unknown())),
  options,
  started: z.looseObject(signed),
  state,
  history: z.array(z.looseObject({ at: z.string(), by: z.string(), what: z.string() } satisfies Shape<HistoryEntry>)),
} satisfies Shape<Rollout>);
