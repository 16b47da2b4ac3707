/** Reading what may be anything: what is not of the shape that is asked for is as if it were not there. */

export type Loose = Readonly<Record<string, unknown>>;

const NOTHING: Loose = {};

export const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectAt = (from: Loose, key: string): Loose => {
  const value = from[key];
  return isObject(value) ? value : NOTHING;
};

export const listAt = (from: Loose, key: string): readonly unknown[] => {
  const value = from[key];
  return Array.isArray(value) ? value : [];
};

export const objectsAt = (from: Loose, key: string): readonly Loose[] => listAt(from, key).filter(isObject);

/** '' = there is none. */
export const textAt = (from: Loose, key: string): string => {
  const value = from[key];
  return typeof value === 'string' ? value : '';
};

export const numberAt = (from: Loose, key: string, otherwise: number): number => {
  const value = from[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
};
