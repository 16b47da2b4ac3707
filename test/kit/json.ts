import assert from 'node:assert/strict';

/**
 * Readers of JSON of any shape, by a path: keys and indices with dots between, an index of -1 being the last. What is not there, or is of
 * another type, is an error that names the path: a test must not find two things equal because both are missing.
 */

const MISSING = Symbol('missing');

const step = (value: unknown, key: string): unknown => {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    const index = Number(key);
    return /^-?\d+$/.test(key) && index < list.length && index >= -list.length ? list.at(index) : MISSING;
  }
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : MISSING;
};

const find = (json: unknown, path: string): unknown => {
  let value = json;
  for (const key of path.split('.')) {
    value = step(value, key);
    if (value === MISSING) return MISSING;
  }
  return value;
};

const failAt = (json: unknown, path: string, what: string): never =>
  assert.fail(`${path} ${what} in ${(JSON.stringify(json) as string | undefined)?.slice(0, 500) ?? 'undefined'}`);

/** Whether there is anything, be it null. */
export const has = (json: unknown, path: string): boolean => find(json, path) !== MISSING;

export const at = (json: unknown, path: string): unknown => {
  const value = find(json, path);
  return value === MISSING ? failAt(json, path, 'is not there') : value;
};

export const textAt = (json: unknown, path: string): string => {
  const value = at(json, path);
  return typeof value === 'string' ? value : failAt(json, path, 'is no text');
};

export const numberAt = (json: unknown, path: string): number => {
  const value = at(json, path);
  return typeof value === 'number' ? value : failAt(json, path, 'is no number');
};

export const listAt = (json: unknown, path: string): readonly unknown[] => {
  const value = at(json, path);
  return Array.isArray(value) ? (value as readonly unknown[]) : failAt(json, path, 'is no list');
};

/** How many elements a list has. */
export const sizeOf = (json: unknown): number => (Array.isArray(json) ? json.length : assert.fail(`no list: ${JSON.stringify(json)}`));
