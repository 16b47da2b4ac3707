import { z } from 'zod';
import { AT_DRAIN_LIMIT, SPLIT_BY, SURGES } from '../rollout/choices.ts';
import { type Gate, GATE_OUTCOMES } from '../rollout/gate.ts';
import type { HistoryEntry, Rollout, RolloutOptions } from '../rollout/rollout.ts';
import { type Besides, OUTCOMES, type Phase, type Standing } from '../rollout/state.ts';
import { percent, preview, type Shape, signed } from './shape.ts';

/** A rollout as the label of a book holds it. One in another phase, or with a gate of another kind, is left to the newer Sluice that knows it. */

const bound = z.number().exactOptional();
const seconds = z.number();

const gateKinds = {
  errors: { maxPercent: bound, maxFactor: bound },
  'connection-errors': { maxPercent: bound, maxFactor: bound },
  p95: { maxFactor: bound, maxMs: bound },
  requests: { min: z.number() },
  healthy: { minPercent: z.number() },
  probe: { url: z.string(), timeoutSeconds: seconds },
  command: { command: z.array(z.string()), timeoutSeconds: seconds },
} satisfies { readonly [K in Gate['kind']]: Shape<Omit<Extract<Gate, { readonly kind: K }>, 'kind'>> };

const gateOf = <K extends Gate['kind']>(kind: K) => z.looseObject({ kind: z.literal(kind), ...gateKinds[kind] });

const gate: z.ZodType<Gate> = z.discriminatedUnion('kind', [
  gateOf('errors'),
  gateOf('connection-errors'),
  gateOf('p95'),
  gateOf('requests'),
  gateOf('healthy'),
  gateOf('probe'),
  gateOf('command'),
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
const isSo = z.literal(true).exactOptional();
const drains = { draining: z.record(z.string(), z.string()), closes: isSo, goneAt: z.string().exactOptional() };
const absent = z.never().exactOptional();

const open = { outcome: absent, because: absent };
const done = { outcome: z.literal('done'), because: absent };

const besides = {
  preparing: open,
  shifting: open,
  holding: { ...open, gates, promoted: isSo },
  shrinking: { ...open, ...drains },
  keeping: done,
  ending: { ...done, ...drains },
  aborting: { ...drains, outcome: z.enum(OUTCOMES).exclude(['done']), because: z.string() },
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
