import { z } from 'zod';

/** A list whose length is looked at before its elements: each wrong one costs much, and is told. */
export const shortList = <T>(most: number, element: z.ZodType<T>) => z.array(z.unknown()).max(most).pipe(z.array(element));
