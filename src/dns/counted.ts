import type { Rdata } from './record.ts';

/**
 * How often each value is given. Nearly all sets of a zone have one value, given once: that is the value alone, in half a million places, and a map
 * only where it takes one.
 */
export type Counted = Rdata | ReadonlyMap<Rdata, number> | undefined;

export const sizeOf = (counted: Counted): number => (counted === undefined ? 0 : typeof counted === 'string' ? 1 : counted.size);

export const has = (counted: Counted, value: Rdata): boolean =>
  typeof counted === 'string' ? counted === value : counted?.has(value) === true;

export const valuesOf = (counted: Counted): readonly Rdata[] =>
  counted === undefined ? [] : typeof counted === 'string' ? [counted] : [...counted.keys()];

/** The map itself is changed: nobody else may hold it. */
const draftOf = (counted: Rdata | ReadonlyMap<Rdata, number>): Map<Rdata, number> =>
  typeof counted === 'string' ? new Map([[counted, 1]]) : (counted as Map<Rdata, number>);

/** With the value given once more; what was passed is used up. */
export const grown = (counted: Counted, value: Rdata): Counted => {
  if (counted === undefined) return value;
  const draft = draftOf(counted);
  return draft.set(value, (draft.get(value) ?? 0) + 1);
};

const only = (draft: ReadonlyMap<Rdata, number>): Counted => {
  for (const [value, count] of draft) return count === 1 ? value : draft;
  return undefined;
};

/** With the value given once less; what was passed is used up. @throws Error: it was not given */
export const shrunk = (counted: Counted, value: Rdata): Counted => {
  if (!has(counted, value)) throw new Error('a record was taken back that was never given');
  if (counted === undefined || typeof counted === 'string') return undefined;
  const draft = draftOf(counted);
  const count = draft.get(value) ?? 0;
  if (count > 1) draft.set(value, count - 1);
  else draft.delete(value);
  return draft.size === 1 ? only(draft) : draft;
};
