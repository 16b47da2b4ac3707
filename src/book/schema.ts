import { z } from 'zod';
import { SPLIT_BY } from '../rollout/choices.ts';
import type { Override } from '../rollout/override.ts';
import type { GroupShares } from '../rollout/shares.ts';
import type { Signed } from '../rollout/signed.ts';
import { percent, preview, type Shape, signed } from './shape.ts';

export const headSchema = z.object({
  /** Far from where whole numbers end: each write counts on from it. */
  revision: z
    .number()
    .int()
    .min(0)
    .max(2 ** 50),
  nonce: z.string().min(1),
  /** Nonce of the book that it was made from; 'new': there was none. */
  parent: z.string(),
  /** Version of the app that had it. */
  parentVersion: z.string(),
});

export type Head = z.infer<typeof headSchema>;

/** Of a book that was made from none. */
export const NEW = 'new';

export const sharesSchema: z.ZodType<GroupShares> = z.looseObject({
  ...signed,
  shares: z.record(z.string().startsWith('/'), percent),
  closed: z.array(z.string()),
  splitBy: z.enum(SPLIT_BY),
  preview: preview.exactOptional(),
} satisfies Shape<GroupShares>);

const overrideKinds = {
  weight: { taskId: z.string(), weight: z.number().int().min(0).max(256) },
  'drain-task': { taskId: z.string() },
  'drain-agent': { host: z.string() },
  maintenance: { appId: z.string() },
} satisfies { readonly [K in Override['kind']]: Shape<Omit<Extract<Override, { readonly kind: K }>, 'kind' | 'id' | keyof Signed>> };

const overrideOf = <K extends Override['kind']>(kind: K) =>
  z.looseObject({ ...signed, id: z.string().min(1), kind: z.literal(kind), ...overrideKinds[kind] });

export const overrideSchema: z.ZodType<Override> = z.discriminatedUnion('kind', [
  overrideOf('weight'),
  overrideOf('drain-task'),
  overrideOf('drain-agent'),
  overrideOf('maintenance'),
]);
