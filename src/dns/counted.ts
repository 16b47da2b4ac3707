import type { Rdata } from './record.ts';

/**
 * How often each value is given. Nearly all sets of a zone have one value, given once: that is the value alone. Others have a few: a list of values, each
 * with its count behind it. A map, of three times the size, is only where many are to be found fast.
 */
export type Counted = Rdata | Few | ReadonlyMap<Rdata, number> | undefined;

type Few = readonly (Rdata | number)[];

const MOST_FEW = 8;

const isFew = (counted: Few | ReadonlyMap<Rdata, number>): counted is Few => Array.isArray(counted);

/** Of one value that is given once the value alone is left, of none nothing. */
const slim = (few: Few): Counted => (few.length === 0 ? undefined : few.length === 2 && few[1] === 1 ? (few[0] as Rdata) : few);

const mapOf = (few: Few): Map<Rdata, number> => {
  const map = new Map<Rdata, number>();
  for (let at = 0; at < few.length; at += 2) map.set(few[at] as Rdata, few[at + 1] as number);
  return map;
};

const indexOf = (few: Few, value: Rdata): number => {
  for (let at = 0; at < few.length; at += 2) if (few[at] === value) return at;
  return -1;
};

const countOf = (counted: Counted, value: Rdata): number => {
  if (counted === undefined) return 0;
  if (typeof counted === 'string') return counted === value ? 1 : 0;
  if (!isFew(counted)) return counted.get(value) ?? 0;
  const at = indexOf(counted, value);
  return at < 0 ? 0 : (counted[at + 1] as number);
};

export const sizeOf = (counted: Counted): number => {
  if (counted === undefined) return 0;
  if (typeof counted === 'string') return 1;
  return isFew(counted) ? counted.length / 2 : counted.size;
};

export const has = (counted: Counted, value: Rdata): boolean => countOf(counted, value) > 0;

export const valuesOf = (counted: Counted): readonly Rdata[] => {
  if (counted === undefined) return [];
  if (typeof counted === 'string') return [counted];
  return isFew(counted) ? counted.filter((one) => typeof one === 'string') : [...counted.keys()];
};

/** @param count 0: it is given no more */
const fewWith = (few: Few, value: Rdata, count: number): Counted => {
  const at = indexOf(few, value);
  if (at < 0) return few.length < 2 * MOST_FEW ? [...few, value, count] : mapOf(few).set(value, count);
  if (count > 0) return few.with(at + 1, count);
  return slim(few.toSpliced(at, 2));
};

const mapWith = (map: Map<Rdata, number>, value: Rdata, count: number): Counted => {
  if (count > 0) return map.set(value, count);
  map.delete(value);
  return map.size > MOST_FEW / 2 ? map : slim([...map].flat());
};

const withCount = (counted: Counted, value: Rdata, count: number): Counted => {
  if (counted === undefined) return value;
  if (typeof counted === 'string') return counted !== value ? [counted, 1, value, 1] : slim(count === 0 ? [] : [value, count]);
  return isFew(counted) ? fewWith(counted, value, count) : mapWith(counted as Map<Rdata, number>, value, count);
};

/** With the value given once more; what was passed is used up. */
export const grown = (counted: Counted, value: Rdata): Counted => withCount(counted, value, countOf(counted, value) + 1);

/** With the value given once less; what was passed is used up. @throws Error: it was not given */
export const shrunk = (counted: Counted, value: Rdata): Counted => {
  const count = countOf(counted, value);
  if (count === 0) throw new Error('a record was taken back that was never given');
  return withCount(counted, value, count - 1);
};
