import { guarded, withOwnAcls } from './condition.ts';
import { type Line, lineText, wordsOf } from './lines.ts';

/**
 * Rules of one app in a frontend that many share. HAProxy asks all `http-request` rules of a frontend before any `use_backend`, and takes `acl` lines of one name
 * for one ACL that any of them makes true. So a block is given ACLs of its own, and its rules requests of its own hosts and of those that nobody has.
 */

/** Whose requests the rules of a block are about. */
export interface Owner {
  readonly backend: string;
  /** A sample expression and the values of it that are the app's own. */
  readonly by: readonly string[];
  readonly own: readonly string[];
}

/** A request's host as routes are looked up: without port, in lower case, without the dot at the end. HAProxy's sample expression. */
export const HOST = 'req.hdr(host),host_only,lower,rtrim(.)';

export const BY_HOST: readonly string[] = [HOST];
/** In lower case, where requests name an app by its id. */
export const BY_ID: readonly string[] = ['var(txn.host)'];

const GUARDED: ReadonlySet<string> = new Set(['http-request', 'redirect', 'use_backend']);

/** Whether the line can be kept from the requests of others: a rule with too many conditions cannot. */
export const canBeOwn = (text: string): boolean => {
  const read = wordsOf(text);
  return 'wrong' in read || ownRule(read.value, ':own') !== undefined;
};

/** Undefined: see `canBeOwn`. Whoever makes a block has asked that before; what is left is left out. */
const ownRule = (line: Line, name: string): Line | undefined => (GUARDED.has(line[0] ?? '') ? guarded(line, [name]) : line);

/**
 * The lines of a block so that they are about nobody else. Lines that are no words of HAProxy's to us stay: only an operator writes them. The frontend has set
 * txn.free where nobody has what was asked for.
 */
export const ownBlock = (text: string, { backend, by, own }: Owner): string => {
  const lines = text.split('\n').map((line) => ({ line, read: wordsOf(line) }));
  const words = lines.map(({ read }) => ('value' in read ? read.value : []));
  // No text may have an ACL with a colon in its name, and no backend has one: no two apps can come to the same name, nor to this one.
  const suffix = `:${backend}`;
  const name = `:own${suffix}`;
  const renamed = withOwnAcls(words, suffix).map((line) => ownRule(line, name));
  const made = lines.flatMap(({ line }, at) => {
    const [before = [], after] = [words[at], renamed[at]];
    if (after === undefined) return [];
    return [before.length === after.length && before.every((word, index) => word === after[index]) ? line : `  ${lineText(after)}`];
  });
  if (!renamed.some((line) => line?.includes(name) === true)) return made.join('\n');
  const names: readonly Line[] = [
    ['acl', name, 'var(txn.free)', '-m', 'bool'],
    ...own.map((value) => ['acl', name, ...by, '-m', 'str', value]),
  ];
  return [...names.map((line) => `  ${lineText(line)}`), ...made].join('\n');
};
