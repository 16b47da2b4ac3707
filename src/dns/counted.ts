import type { Rdata } from './record.ts';

/**
 * How often each value is given. Nearly all sets of a zone have one value, given once: that is the value alone. Others have a few: a list of values, each
 * with its count behind it. A map, of three times the size, is only where many are to be found fast.
 */
export type Counted = Rdata | Few | ReadonlyMap<Rdata, number> | undefined;

type Few = readonly (Rdata | number)[];

const MOST_FEW = 8;

const isFew = (counted: Few | ReadonlyMap<Rdata, number>): counted is Few => Array.isArray(counted);

const indexOf = (few: Few, value: Rdata): number => {
  for (let at = 0; at < few.length; at += 2) if (few[at] === value) return at;
  return -1;
};

/** Pairs of a value and its count. */
const pairsOf = (counted: Rdata | Few | ReadonlyMap<Rdata, number>): readonly (readonly [Rdata, number])[] => {
  if (typeof counted === 'string') return [[counted, 1]];
  if (!isFew(counted)) return [...counted];
  return Array.from({ length: counted.length / 2 }, (_, at) => [counted[at * 2] as Rdata, counted[at * 2 + 1] as number]);
};

/** As small as it may be. */
const packed = (pairs: readonly (readonly [Rdata, number])[]): Counted => {
  const [first] = pairs;
  if (first === undefined) return undefined;
  if (pairs.length === 1 && first[1] === 1) return first[0];
  return pairs.length > MOST_FEW ? new Map(pairs) : pairs.flat();
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
const withCount = (counted: Counted, value: Rdata, count: number): Counted => {
  if (counted === undefined) return packed([[value, count]]);
  if (counted instanceof Map) {
    const map = counted as Map<Rdata, number>;
    if (count > 0) return map.set(value, count);
    map.delete(value);
    return map.size > MOST_FEW / 2 ? map : packed([...map]);
  }
  const others = pairsOf(counted).filter(([one]) => one !== value);
  return packed(count === 0 ? others : [...others, [value, count]]);
};

/** With the value given once more; what was passed is used up. */
export const grown = (counted: Counted, value: Rdata): Counted => withCount(counted, value, countOf(counted, value) + 1);

/** With the value given once less; what was passed is used up. @throws Error: it was not given */
export const shrunk = (counted: Counted, value: Rdata): Counted => {
  const count = countOf(counted, value);
  if (count === 0) throw new Error('a record was taken back that was never given');
  return withCount(counted, value, count - 1);
};
