import { z } from 'zod';
import type { Preview } from '../rollout/shares.ts';
import type { Signed } from '../rollout/signed.ts';

/** What labels of a book hold, as their types have it. What a newer Sluice has besides is kept: loose all through. */

/** A schema for each key of a type: none is forgotten, and none is too many. */
export type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

const text = z.string().max(2000);

export const signed = { by: text, at: z.string().max(50), reason: text.exactOptional() } satisfies Shape<Signed>;

export const percent = z.number().min(0).max(100);

export const preview = z.looseObject({ networks: z.array(z.string()).exactOptional(), hosts: z.boolean() } satisfies Shape<Preview>);
