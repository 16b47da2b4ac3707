import { shown } from '../../kit/shown.ts';
import { type Atom, atomsOf } from '../legacy/regex.ts';
import type { Line } from '../lines.ts';
import { comparisonsOf } from './acls.ts';

/**
 * HAProxy matches in the thread that all share, and some regular expressions take time that grows with 2 to the length of what a client sent. A plain
 * check, that refuses some harmless ones too.
 */

/** In one text. */
const MOST = 20;
/** Characters. */
const LONGEST = 256;
/** Repeated up to this often a group may hold what repeats: `(\d{1,3}\.){3}`. */
const FEW = 9;

/** What a regular expression or a group in it holds, however deep. */
interface Held {
  /** A quantifier that leaves a choice: all but {3}. */
  readonly choice: boolean;
  /** One without an end: * + {2,}. */
  readonly endless: boolean;
  readonly repeatedGroup: boolean;
  readonly bar: boolean;
}

const NOTHING: Held = { choice: false, endless: false, repeatedGroup: false, bar: false };

const TOO_NESTED = 'a group in it that is repeated repeats or chooses within';
const NOT_KNOWN = 'it has what no app may use, or brackets without an end';

/** Times that a quantifier repeats at most: '' and ? = 1, * = Infinity. */
const mostOf = (quantifier: string): number => {
  if (/^\{/.test(quantifier)) return Number(/(\d+)\}/.exec(quantifier)?.[1] ?? Infinity);
  return /^[*+]/.test(quantifier) ? Infinity : 1;
};

/** Only groups that we can tell apart: no recursion, no comments, none that changes what the rest means but by (?i). */
const GROUP = /^\((?!\*)(?:(?!\?)|\?(?::|i:|i(?=\))|=|!|<=|<!))/;

/** With what a group begins that we can tell apart: '(?:'; undefined: it is another. */
export const openingOf = (group: string): string | undefined => GROUP.exec(group)?.[0];

const heldBy = ({ kind, text, quantifier }: Atom): Held | string => {
  const own: Held = {
    ...NOTHING,
    choice: quantifier !== '' && !/^\{\d+\}$/.test(quantifier),
    endless: mostOf(quantifier) === Infinity,
    bar: kind === 'bar',
  };
  if (kind !== 'group') return own;
  const opening = openingOf(text);
  if (opening === undefined) return NOT_KNOWN;
  const within = heldIn(text.slice(opening.length, -1));
  if (typeof within === 'string') return within;
  const most = mostOf(quantifier);
  const isTooNested = most > FEW ? within.choice || within.bar : most > 1 && (within.endless || within.repeatedGroup);
  return isTooNested ? TOO_NESTED : both({ ...own, repeatedGroup: most > 1 }, within);
};

const both = (one: Held, other: Held): Held => ({
  choice: one.choice || other.choice,
  endless: one.endless || other.endless,
  repeatedGroup: one.repeatedGroup || other.repeatedGroup,
  bar: one.bar || other.bar,
});

const heldIn = (regex: string): Held | string => {
  let held = NOTHING;
  for (const atom of atomsOf(regex) ?? [undefined]) {
    const found = atom === undefined ? NOT_KNOWN : heldBy(atom);
    if (typeof found === 'string') return found;
    held = both(held, found);
  }
  return held;
};

/** Why a regular expression of an app may not be matched against what clients send: a sentence about `it`; undefined: it may. */
export const regexProblem = (regex: string): string | undefined => {
  if (regex.length > LONGEST) return `it has more than ${LONGEST} characters`;
  // \Q, \E and \c take the meaning of what follows; newer PCREs take blanks in {2, 3}.
  if (/\\[QEc]|\{[\d,]* [\d ,]*\}/.test(regex)) return NOT_KNOWN;
  const held = heldIn(regex);
  return typeof held === 'string' ? held : undefined;
};

/** Where the regular expression of an action stands. */
const ACTIONS: Readonly<Record<string, number>> = {
  'replace-header': 3,
  'replace-value': 3,
  'replace-path': 2,
  'replace-pathq': 2,
  'replace-uri': 2,
};

const EXPECTED = new Set(['rstatus', 'rstring', 'rbinary']);

/** http-check expect fhdr name -m reg ^X- value -m reg ^a */
const behindFlag = (line: Line): Line => line.filter((_, at) => line[at - 1] === 'reg' && line[at - 2] === '-m');

const inDirective = (line: Line): Line => {
  const [directive = '', second = ''] = line;
  if (/^(?:http|tcp)-check$/.test(directive)) return [...line.filter((_, at) => EXPECTED.has(line[at - 1] ?? '')), ...behindFlag(line)];
  if (!/^http-(?:request|response|after-response)$/.test(directive)) return [];
  if (second === 'del-header') return line[3] === '-m' && line[4] === 'reg' ? [line[2] ?? ''] : [];
  const at = Object.hasOwn(ACTIONS, second) ? ACTIONS[second] : undefined;
  return at === undefined ? [] : [line[at] ?? ''];
};

const inAcls = (line: Line): Line =>
  comparisonsOf(line).flatMap(({ fetch, methods, patterns }) => (methods.includes('reg') || /_reg(?![\w.-])/.test(fetch) ? patterns : []));

/** Where an argument ends depends on its quotes, so all that follows in its word is taken: with backslashes and without. */
const inConverters = (word: string): Line =>
  [...word.matchAll(/regsub\(/g)].flatMap(({ index }) => {
    const bare = word.slice(index + 'regsub('.length).replaceAll(/["']/g, '');
    return bare.includes('\\') ? [bare, bare.replaceAll('\\', '')] : [bare];
  });

/** All regular expressions of a line. */
export const regexesIn = (line: Line): Line => [...inDirective(line), ...inAcls(line), ...line.flatMap(inConverters)];

/** Why an app may not have the regular expressions of this line; undefined: it may. */
export const regexRefusal = (line: Line): string | undefined => {
  for (const regex of regexesIn(line)) {
    const wrong = regexProblem(regex);
    if (wrong !== undefined) return `has the regular expression ${shown(regex)}, which may take too long: ${wrong}`;
  }
  return undefined;
};

/** Why the lines of one text have too many of them; undefined: they have not. */
export const regexesRefusal = (lines: readonly Line[]): string | undefined =>
  lines.flatMap(regexesIn).length > MOST ? `has more than ${MOST} regular expressions` : undefined;
