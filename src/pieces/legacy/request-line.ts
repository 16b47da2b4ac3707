import { type Atom, atomsOf, groupsOf, literalOf, textOf } from './regex.ts';

/**
 * A regular expression on the request line `GET /path?query HTTP/1.1`, taken apart. Newer HAProxys rewrite the parts, not the line.
 */
export interface RequestLine {
  /** Only requests with one of these methods; undefined: any. */
  readonly methods?: readonly string[];
  readonly methodGroups: number;
  readonly uri: readonly Atom[];
  readonly version?: readonly Atom[];
}

const ANY_METHOD = /^\(?(?:\?:)?(?:\[\^[ :]+\]|\.|\\w|\\S|\[A-Z\]|\[a-z\]|\[A-Za-z\]|\[a-zA-Z\])[*+]\)?$/;
const METHODS = /^\((?:\?:)?([A-Za-z]+(?:\|[A-Za-z]+)*)\)$/;

const methodsOf = (atoms: readonly Atom[]): readonly string[] | 'any' | undefined => {
  const text = textOf(atoms);
  if (ANY_METHOD.test(text)) return 'any';
  const listed = METHODS.exec(text)?.[1];
  if (listed !== undefined) return listed.toUpperCase().split('|');
  const literal = literalOf(atoms);
  return literal !== undefined && /^[A-Za-z]+$/.test(literal) ? [literal.toUpperCase()] : undefined;
};

const isBlank = ({ kind }: Atom): boolean => kind === 'blank';

/** Undefined: it is not about the request line, or not in a form that has parts. */
export const parseRequestLine = (regex: string): RequestLine | undefined => {
  const atoms = atomsOf(regex);
  if (atoms === undefined || atoms.some(({ kind }) => kind === 'bar')) return undefined;
  const anchored = atoms[0]?.kind === 'start';
  const rest = anchored ? atoms.slice(1) : atoms;
  const first = rest.findIndex(isBlank);
  if (first < 1) return undefined;
  const methods = methodsOf(rest.slice(0, first));
  // Without ^ only what takes all from the beginning is the method for sure.
  if (methods === undefined || (!anchored && rest[0]?.text !== '(.*)')) return undefined;
  const after = rest.slice(first + 1);
  const second = after.findIndex(isBlank);
  const uri = second === -1 ? after : after.slice(0, second);
  const version = second === -1 ? undefined : after.slice(second + 1);
  if (uri.length === 0 || version?.some(isBlank) === true || uri.some(({ text }) => /^\(.*[ ]/.test(text) && !text.includes('[^')))
    return undefined;
  return {
    ...(methods === 'any' ? {} : { methods }),
    methodGroups: groupsOf(rest.slice(0, first)),
    uri,
    ...(version === undefined ? {} : { version }),
  };
};

/** All that follows in the line, up to its end: `(.*)`, `.+`. */
const takesTheRest = (atom: Atom | undefined): boolean => atom !== undefined && /^(\(\.[*+]\)|\.[*+])$/.test(atom.text + atom.quantifier);

/** \k of the whole line -> \k of the address alone; undefined where something else of the line is meant. */
const renumbered = (text: string, methodGroups: number, uriGroups: number): string | undefined => {
  const groups = [...text.matchAll(/\\(\d)/g)].map(([, digit]) => Number(digit) - methodGroups);
  if (groups.some((group) => group < 1 || group > uriGroups)) return undefined;
  return text.replaceAll(/\\(\d)/g, (_, digit: string) => `\\${Number(digit) - methodGroups}`);
};

const methodIsKept = (text: string, { methods, methodGroups }: RequestLine): boolean =>
  methodGroups > 0 ? text === '\\1' : methods?.length === 1 && text.toUpperCase() === methods[0];

/** The regular expression and the replacement for path and query; undefined where the new line is none, or nothing that parts can say. */
export const rewriteOf = (line: RequestLine, replacement: string): { readonly regex: string; readonly by: string } | undefined => {
  const [method = '', uri = '', version, ...more] = replacement.split(/ +/);
  if (!methodIsKept(method, line) || uri === '' || more.length > 0) return undefined;
  const groups = groupsOf(line.uri);
  const last = line.uri.at(-1);
  const by = renumbered(uri, line.methodGroups, groups);
  if (by === undefined) return undefined;
  if (line.version !== undefined) return version === undefined ? undefined : { regex: `^${withoutEnd(line.uri)}$`, by };
  if (!takesTheRest(last)) return undefined;
  // The rest holds the version, so that it must come last and once, or not at all and be written anew.
  const asLast = `\\${groups}`;
  const endsWithRest = last?.kind === 'group' && by.endsWith(asLast) && by.indexOf(asLast) === by.length - asLast.length;
  const writtenAnew = version !== undefined && /^HTTP\/1\.[01]$/.test(version) && !(last?.kind === 'group' && by.includes(asLast));
  if (version === undefined ? !endsWithRest : !writtenAnew) return undefined;
  // A path may end where a line went on.
  const open = line.uri.slice(0, -1);
  return { regex: `^${textOf(open)}${last?.kind === 'group' ? '(.*)' : '.*'}`, by };
};

const withoutEnd = (atoms: readonly Atom[]): string => textOf(atoms.filter(({ kind }) => kind !== 'end'));

/** What path and query must match where the line matches. */
export const patternOf = ({ uri, version }: RequestLine): string => `^${withoutEnd(uri)}${version === undefined ? '' : '$'}`;
