import { randomBytes } from 'node:crypto';
import type { Personality } from './personality.ts';

/** 100 ns steps between 1582-10-15, where UUIDs count from, and 1970-01-01. */
const GREGORIAN_OFFSET = 122_192_928_000_000_000n;

/** Makes version 1 UUIDs (time and node), as Marathon does: never two alike from one maker. */
export function uuidMaker(): () => string {
  const node = randomBytes(6).toString('hex');
  const sequence = (randomBytes(2).readUInt16BE() & 0x3fff) | 0x8000;
  let last = 0n;
  return () => {
    const now = BigInt(Date.now()) * 10_000n + GREGORIAN_OFFSET;
    last = now > last ? now : last + 1n;
    const hex = last.toString(16).padStart(15, '0');
    return `${hex.slice(7)}-${hex.slice(3, 7)}-1${hex.slice(0, 3)}-${sequence.toString(16)}-${node}`;
  };
}

/** `/shop/cart` as it stands in ids: `shop_cart`. Ambiguous with `_` in names, as in Marathon. */
function safePath(specId: string): string {
  return specId.replace(/^\//, '').replaceAll('/', '_');
}

/** An id as Marathon keeps it: one leading slash, no trailing one. `//shop/cart`, `shop/cart` -> `/shop/cart`. */
export function canonicalId(text: string): string {
  return `/${text
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;
}

/** `/shop/cart` -> `/shop`, `/cart` -> `/`. */
export function parentId(id: string): string {
  return canonicalId(id.slice(0, id.lastIndexOf('/')));
}

export function isWithin(id: string, groupId: string): boolean {
  return groupId === '/' || id === groupId || id.startsWith(`${groupId}/`);
}

export function instanceId(personality: Personality, kind: 'app' | 'pod', specId: string, uuid: string): string {
  const prefix = kind === 'app' && personality.ids === 'plain' ? 'marathon' : 'instance';
  return `${safePath(specId)}.${prefix}-${uuid}`;
}

/** The id of one container's task. An app's only container has no name of its own: 1.8 and later call it `_app`. */
export function taskId(personality: Personality, instance: string, container: string | undefined, attempt: number): string {
  if (personality.ids === 'incarnation') return `${instance}.${container ?? '_app'}.${attempt}`;
  return container === undefined ? instance.replace('.marathon-', '.') : `${instance}.${container}`;
}

/** What `/v2/tasks/delete` takes for an id: a safe path, a dot, and something with a uuid in it. */
export function isTaskId(text: string): boolean {
  return /^[^/\s]+\.((marathon|instance)-)?[0-9a-f]{8}-[0-9a-f-]{27}(\.|$)/.test(text);
}
