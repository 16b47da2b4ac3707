import { posix } from 'node:path';

/** A definition of an app or a pod as somebody wrote it, or as Marathon answered it. */
export interface Definition {
  /** Absolute; '' where it has none that can be read. */
  readonly appId: string;
  /** Its other fields; whatever stands in its place where it is no object. */
  readonly raw: unknown;
}

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Marathon takes ids without a slash at their beginning, and with `..`, for relative to their group. */
const absolute = (id: unknown, groupId: string): string => (typeof id === 'string' && id !== '' ? posix.resolve('/', groupId, id) : '');

const listOf = (value: unknown, name: string): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new SyntaxError(`'${name}' is not a list`);
  return value;
};

const GROUP_KEYS = ['apps', 'groups', 'pods'] as const;

const isGroup = (value: Json): boolean => GROUP_KEYS.some((key) => key in value);

/** What is still to be looked at, and the group that its id is relative to. */
interface Found {
  readonly value: unknown;
  readonly groupId: string;
}

/** A group's or a list's children; undefined: it is none. */
const childrenOf = ({ value, groupId }: Found): readonly Found[] | undefined => {
  if (Array.isArray(value)) return value.map((child: unknown) => ({ value: child, groupId }));
  if (!isRecord(value)) return undefined;
  if (isGroup(value)) {
    const own = absolute(value['id'], groupId) || groupId;
    return GROUP_KEYS.flatMap((key) => listOf(value[key], key)).map((child) => ({ value: child, groupId: own }));
  }
  // Answers of GET /v2/apps/ID and of GET /v2/apps/GROUP/*.
  if (isRecord(value['app'])) return [{ value: value['app'], groupId }];
  return Array.isArray(value['*']) ? [{ value: value['*'], groupId }] : undefined;
};

const assertIsAny = (json: unknown): void => {
  if (Array.isArray(json)) return;
  if (!isRecord(json)) throw new SyntaxError('neither an object nor a list');
  if (typeof json['id'] !== 'string' && childrenOf({ value: json, groupId: '/' }) === undefined)
    throw new SyntaxError('it has neither an id nor a list of apps or groups');
};

/**
 * The apps and pods of an answer of GET /v2/apps, a group with all that is below it, a list of these, or one definition.
 * @throws SyntaxError when it is none of them
 */
export const definitionsIn = (json: unknown): readonly Definition[] => {
  assertIsAny(json);
  const definitions: Definition[] = [];
  // Not by recursion: a file may be nested as deep as it likes.
  const rest: Found[] = [{ value: json, groupId: '/' }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const children = childrenOf(next);
    if (children !== undefined) {
      rest.push(...children.toReversed());
      continue;
    }
    const { value, groupId } = next;
    const appId = isRecord(value) ? absolute(value['id'], groupId) : '';
    definitions.push({ appId, raw: value });
  }
  return definitions;
};
