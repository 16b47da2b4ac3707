import { guarded, withOwnAcls } from './condition.ts';
import { type Line, lineText, wordsOf } from './lines.ts';

/**
 * Rules of one app in a frontend that many share. HAProxy asks all `http-request` rules of a frontend before any `use_backend`, and takes `acl` lines of one name
 * for one ACL that any of them makes true. So a block is given ACLs of its own, and its rules requests of its own hosts and of those that nobody has.
 */

/** Whose requests the rules of a block are about. */
export interface Owner {
  readonly backend: string;
  /** Values of txn.host that are the app's own: hosts, or its id where requests name an app by that. */
  readonly own: readonly string[];
  /** Hosts with a wildcard that are the app's own; absent: none. */
  readonly wildcards?: readonly string[];
  /** Nor about hosts that nobody has; absent: about these too. */
  readonly ownOnly?: true;
}

/** A request's host as routes are looked up: without port, in lower case, without the dot at the end. HAProxy's sample expression. */
export const HOST = 'req.hdr(host),host_only,lower,rtrim(.)';

const GUARDED: ReadonlySet<string> = new Set(['http-request', 'redirect', 'use_backend']);

/** Whether the line can be kept from the requests of others: a rule with too many conditions cannot. */
export const canBeOwn = (text: string): boolean => {
  const read = wordsOf(text);
  return 'wrong' in read || ownRule(read.value, ':own') !== undefined;
};

/** Undefined: see `canBeOwn`. Whoever makes a block has asked that before; what is left is left out. */
const ownRule = (line: Line, name: string): Line | undefined => (GUARDED.has(line[0] ?? '') ? guarded(line, [name]) : line);

/** Values of one line are looked up together; a line has 64 words. */
const inGroups = (values: readonly string[]): readonly Line[] =>
  Array.from({ length: Math.ceil(values.length / 40) }, (_, at) => values.slice(at * 40, (at + 1) * 40));

/** Under which keys the maps were asked last where they lead to nothing deeper than this wildcard, and to nothing of the host's own. */
const keysUpTo = (wildcard: string): readonly string[] => {
  const labels = wildcard.split('.').slice(1);
  return [...labels.map((_, at) => `*.${labels.slice(at).join('.')}/`), '*/'];
};

/**
 * The lines of a block so that they are about nobody else. Lines that are no words of HAProxy's to us stay: only an operator writes them. The frontend has set
 * txn.free where nobody has what was asked for, and txn.host: to look at a header anew for each app would cost each request more than the rest of its way.
 */
export const ownBlock = (text: string, { backend, own, wildcards = [], ownOnly }: Owner): string => {
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
    ...(ownOnly === true ? [] : [['acl', name, 'var(txn.free)', '-m', 'bool']]),
    ...inGroups(own).map((values) => ['acl', name, 'var(txn.host)', '-m', 'str', ...values]),
    ...wildcards.map((wildcard) => ['acl', name, 'var(txn.key)', '-m', 'beg', ...keysUpTo(wildcard)]),
  ];
  return [...names.map((line) => `  ${lineText(line)}`), ...made].join('\n');
};
