import { z } from 'zod';
import { compare } from '../kit/compare.ts';
import { isDeeperThan } from '../kit/depth.ts';
import { messageOf } from '../kit/error.ts';
import type { Problem } from '../kit/problem.ts';
import { type Book, EMPTY_BOOK } from '../rollout/book.ts';
import { DEEPEST_DEFINITION } from '../rollout/definition.ts';
import type { Edition } from './edition.ts';
import { rolloutSchema } from './rollout-schema.ts';
import { type Head, headSchema, overrideSchema, sharesSchema } from './schema.ts';

/** A book as labels: one says which it is, and each group's shares, rollout and each override has one of its own. Values are JSON. */

const HEAD = 'SLUICE_BOOK';
const SHARES = 'SLUICE_SHARES:';
const ROLLOUT = 'SLUICE_ROLLOUT:';
const OVERRIDE = 'SLUICE_OVERRIDE:';

/** A rollout has definitions in it. */
const DEEPEST = DEEPEST_DEFINITION + 10;

type Labels = Readonly<Record<string, string>>;

/** An edition, and where it comes from; no head: nobody has written a book there. */
export interface ReadLabels {
  readonly edition: Edition;
  readonly head: Head | undefined;
}

const whyNot = (error: unknown): string =>
  error instanceof z.ZodError ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') : messageOf(error);

/** Books are compared value by value: one that is too deep for that would forbid every other change. */
const shallow = (value: unknown): unknown => {
  if (isDeeperThan(DEEPEST, value)) throw new Error(`it is nested more than ${DEEPEST} deep`);
  return value;
};

/** Of a label that cannot be read: what stands for it, and which group it is about. */
interface Unread<T> {
  readonly before?: T | undefined;
  readonly group?: string;
}

/** Takes labels one by one: what cannot be read of one takes nothing else out. */
class Reader {
  readonly problems: Problem[] = [];
  readonly #labels: Map<string, string>;
  readonly #appId: string;

  constructor(appId: string, labels: Labels) {
    this.#appId = appId;
    this.#labels = new Map(Object.entries(labels));
  }

  /** undefined: it is not there, or cannot be read and nothing stands for it; then it stays. */
  one<T>(label: string, schema: z.ZodType<T>, { before, ...about }: Unread<T> = {}): T | undefined {
    const text = this.#labels.get(label);
    if (text === undefined) return undefined;
    try {
      const value = schema.parse(shallow(JSON.parse(text)));
      this.#labels.delete(label);
      return value;
    } catch (error) {
      const instead = before === undefined ? 'is left out' : 'what it held before stays in force here until Sluice is started again';
      const message = `${label} cannot be read, and ${instead}: ${whyNot(error).slice(0, 300)}`;
      this.problems.push({ appId: this.#appId, label, ...about, message });
      return before;
    }
  }

  all<T>(prefix: string, schema: z.ZodType<T>, before: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
    const labels = [...this.#labels.keys()].filter((label) => label.startsWith(prefix)).sort(compare);
    const keys = labels.map((label) => label.slice(prefix.length));
    const aboutOf = (key: string) => (prefix === OVERRIDE ? {} : { group: key });
    const read = keys.map((key) => [key, this.one(prefix + key, schema, { before: before.get(key), ...aboutOf(key) })] as const);
    return new Map(read.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
  }

  rest(): Labels {
    return Object.fromEntries(this.#labels);
  }
}

/** Never throws. @param appId whose labels they are, for problems @param before what is in force: what cannot be read stays as it is there */
export const fromLabels = (appId: string, labels: Labels, before: Book = EMPTY_BOOK): ReadLabels => {
  const reader = new Reader(appId, labels);
  const head = reader.one(HEAD, headSchema);
  const shares = reader.all(SHARES, sharesSchema, before.shares);
  const rollouts = reader.all(ROLLOUT, rolloutSchema, before.rollouts);
  const overrides = reader.all(OVERRIDE, overrideSchema, before.overrides);
  const book: Book = { revision: head?.revision ?? 0, shares, rollouts, overrides };
  return { head, edition: { book, nonce: head?.nonce ?? '', rest: reader.rest(), problems: reader.problems } };
};

const labelsOf = (prefix: string, values: ReadonlyMap<string, unknown>): readonly (readonly [string, string])[] =>
  [...values].map(([key, value]) => [prefix + key, JSON.stringify(value)]);

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Labels of the book that are whole, and not understood: a newer Sluice may have written them. */
export const newerIn = (rest: Labels): Labels => {
  const isNewer = ([label, text]: [string, string]): boolean =>
    [SHARES, ROLLOUT, OVERRIDE].some((prefix) => label.startsWith(prefix)) && isJson(text);
  return Object.fromEntries(Object.entries(rest).filter(isNewer));
};

/** What a label is about: a group, or an override. */
export const aboutLabel = (label: string): { readonly group: string } | { readonly override: string } => {
  const key = label.slice(label.indexOf(':') + 1);
  return label.startsWith(OVERRIDE) ? { override: key } : { group: key };
};

/** @param rest labels besides: what is not understood, and others'. What a newer Sluice has written stays, whatever stands for it here */
export const toLabels = ({ shares, rollouts, overrides }: Book, head: Head, rest: Labels): Labels => ({
  ...rest,
  ...Object.fromEntries([
    [HEAD, JSON.stringify(head)],
    ...labelsOf(SHARES, shares),
    ...labelsOf(ROLLOUT, rollouts),
    ...labelsOf(OVERRIDE, overrides),
  ]),
  ...newerIn(rest),
});
