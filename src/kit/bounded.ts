import { z } from 'zod';

/**
 * Lists and records that others send. zod's own note a fault for each element, which takes seconds and gigabytes where millions are wrong. These look at the
 * length first, and at no element after the first that is wrong.
 */

type Context = z.core.$RefinementCtx;

const refuse = ({ issues }: Context, message: string): never => {
  issues.push({ code: 'custom', message, input: undefined });
  return z.NEVER;
};

/** At most so many of what `element` takes. */
export const boundedList = <T>(element: z.ZodType<T>, most: number): z.ZodType<readonly T[]> =>
  z.unknown().transform((value, context): readonly T[] => {
    if (!Array.isArray(value)) return refuse(context, 'expected a list');
    if (value.length > most) return refuse(context, `has ${value.length} elements: at most ${most}`);
    const list: T[] = [];
    for (const one of value) {
      const { success, data } = element.safeParse(one);
      if (!success) return refuse(context, `its element ${list.length} is wrong`);
      list.push(data);
    }
    return list;
  });

/** At most so many entries, as of boundedList; keys are texts of any kind. */
export const boundedRecord = <T>(element: z.ZodType<T>, most: number): z.ZodType<Readonly<Record<string, T>>> =>
  z.unknown().transform((value, context): Readonly<Record<string, T>> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(context, 'expected an object');
    const keys = Object.keys(value);
    if (keys.length > most) return refuse(context, `has ${keys.length} entries: at most ${most}`);
    const list = boundedList(element, most).safeParse(Object.values(value));
    if (!list.success) return refuse(context, list.error.issues[0]?.message ?? 'is wrong');
    return Object.fromEntries(list.data.map((one, at) => [keys[at] ?? '', one]));
  });
