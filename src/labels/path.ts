import { regexProblem } from '../pieces/entitlement/regexes.ts';
import { type Parsed, type PortLabel, shown } from './label.ts';

/** What HAPROXY_{n}_PATH asks for. */
export interface Paths {
  /** As it was written: what stands for {path} in a text. */
  readonly text: string;
  readonly prefixes: readonly string[];
  /** Whether 'A' is 'a' in the prefixes. */
  readonly anyCase: boolean;
  /** Why these are no prefixes, as a phrase behind the value: only texts of somebody's own can read it. */
  readonly notPrefixes?: string;
}

/** Characters of a path (RFC 3986) without quotes and ';', which end a word on HAProxy's socket. */
const PREFIX = /^\/[A-Za-z0-9/._~!$&()*+,=:@%-]*$/;

/** Host and prefix travel to HAProxy in one command, and a command has 16 KiB for all that is sent at once. */
const LONGEST = 1000;

/** Words that are no prefixes may be regular expressions, which cost more. */
const MOST_RAW = 20;

/** Flags of HAProxy's path_beg that open no file: -n is about addresses, `-m beg` says what path_beg is, `--` ends them. */
const flagsOf = (words: readonly string[]): { readonly anyCase: boolean; readonly rest: readonly string[]; readonly wrong?: string } => {
  let anyCase = false;
  let at = 0;
  for (; words[at]?.startsWith('-') === true; at += 1) {
    const flag = words[at] ?? '';
    if (flag === '--') return { anyCase, rest: words.slice(at + 1) };
    if (flag === '-i') anyCase = true;
    else if (flag === '-m' && words[at + 1] === 'beg') at += 1;
    else if (flag !== '-n')
      return { anyCase, rest: [], wrong: `the flag ${shown(flag)} is not supported, but -i is: e.g. '-i /cart /basket'` };
  }
  return { anyCase, rest: words.slice(at) };
};

const wrongPrefix = (words: readonly string[]): string | undefined => {
  const bad = words.find((word) => !PREFIX.test(word));
  if (bad !== undefined)
    return `${shown(bad)} is not a path prefix: it begins with / and holds letters, digits and /._~!$&()*+,=:@%- only, e.g. '/cart'`;
  const long = words.find((word) => word.length > LONGEST);
  return long === undefined ? undefined : `${shown(long)} is longer than ${LONGEST} characters`;
};

/** Words of HAProxy's own, and what would end a word, read the environment or begin a variable: an operator's text is held to nothing. */
const NO_PATTERN = /^(?:[{}!]|if$|unless$|or$|\|\|$|-(?!i$))|[^\x21-\x7e]|["'#]|\\$|\$[A-Za-z_{]|%[[{]/;

/** Why nobody's text may be given these words, either; '' = that is plain. */
const wrongRaw = (words: readonly string[]): string | undefined => {
  if (words.some((word) => NO_PATTERN.test(word))) return '';
  const slow = words.map(regexProblem).find((because) => because !== undefined);
  if (slow !== undefined) return `; as a regular expression it may take too long: ${slow}`;
  return words.length > MOST_RAW ? `; and ${words.length} patterns are more than ${MOST_RAW}` : undefined;
};

const parse = (text: string): Parsed<Paths> => {
  const words = text.split(' ').filter((word) => word !== '');
  const { anyCase, rest, wrong = wrongPrefix(rest) } = flagsOf(words);
  const all = [...new Set(anyCase ? rest.map((word) => word.toLowerCase()) : rest)];
  if (wrong === undefined) return { value: { text, prefixes: all, anyCase } };
  const refused = wrongRaw(words);
  return refused === undefined ? { value: { text, prefixes: [], anyCase, notPrefixes: wrong } } : { wrong: wrong + refused };
};

/**
 * HAPROXY_{n}_PATH: path prefixes separated by blanks, after -i in any case; the longest that fits a request wins. Works together with VHOST only. Where all that
 * reads it are texts in place of Marathon-LB's templates it is whatever these need.
 */
export const path: PortLabel<Paths | undefined> = { name: 'PATH', absent: undefined, parse };
