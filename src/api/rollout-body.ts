import { z } from 'zod';
import { VERBS } from '../rollout/edits/say.ts';
import { AT_DRAIN_LIMIT, SPLIT_BY, SURGES } from '../rollout/choices.ts';
import { COMMAND_NAME, MOST_FACTOR, MOST_REQUESTS } from '../rollout/gate-limits.ts';
import { MOST_INSTANCES, MOST_STEPS } from '../rollout/options.ts';
import { previewBody } from './preview-body.ts';
import { shortList } from './short-list.ts';
import { signature } from './write.ts';

/** What is sent to begin a rollout, and to have one's say in it. */

const LONGEST_SECONDS = 30 * 86_400;
const MOST_GATES = 20;

const seconds = z.number().min(0).max(LONGEST_SECONDS);
const percent = z.number().min(0).max(100);
const factor = z.number().positive().max(MOST_FACTOR);
const timeoutSeconds = z.number().positive().max(3600);

const rate = { maxPercent: percent.exactOptional(), maxFactor: factor.exactOptional() };

/** Whatever happens, a gate without a bound passes. */
const isBounded = (given: { readonly maxPercent?: number; readonly maxFactor?: number; readonly maxMs?: number }): boolean =>
  given.maxPercent !== undefined || given.maxFactor !== undefined || given.maxMs !== undefined;

const gate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('errors'), ...rate }).refine(isBounded, 'needs maxPercent or maxFactor'),
  z.strictObject({ kind: z.literal('connection-errors'), ...rate }).refine(isBounded, 'needs maxPercent or maxFactor'),
  z
    .strictObject({ kind: z.literal('p95'), maxFactor: factor.exactOptional(), maxMs: z.number().positive().max(600_000).exactOptional() })
    .refine(isBounded, 'needs maxFactor or maxMs'),
  z.strictObject({ kind: z.literal('requests'), min: z.number().int().min(1).max(MOST_REQUESTS) }),
  z.strictObject({ kind: z.literal('healthy'), minPercent: percent }),
  z.strictObject({ kind: z.literal('probe'), url: z.url({ protocol: /^https?$/ }).max(2000), timeoutSeconds }),
  z.strictObject({
    kind: z.literal('command'),
    command: z.tuple([z.string().regex(COMMAND_NAME)]),
    timeoutSeconds,
  }),
]);

const options = z.strictObject({
  steps: shortList(MOST_STEPS, percent).exactOptional(),
  holdSeconds: seconds.exactOptional(),
  gates: shortList(MOST_GATES, gate).exactOptional(),
  surge: z.enum(SURGES).exactOptional(),
  instances: z.number().int().min(1).max(MOST_INSTANCES).exactOptional(),
  keepSeconds: seconds.exactOptional(),
  healthyWithinSeconds: seconds.exactOptional(),
  drainSeconds: seconds.exactOptional(),
  atDrainLimit: z.enum(AT_DRAIN_LIMIT).exactOptional(),
  splitBy: z.enum(SPLIT_BY).exactOptional(),
  preview: previewBody.exactOptional(),
});

export const startBody = z.strictObject({
  ...signature,
  definition: z.record(z.string(), z.unknown()),
  from: z.string().max(1000).optional(),
  options: options.optional(),
  dryRun: z.boolean().optional(),
});

export const actionBody = z.strictObject({ ...signature, action: z.enum(VERBS) });
