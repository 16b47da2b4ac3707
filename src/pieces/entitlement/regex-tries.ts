import { type Atom, atomsOf } from '../legacy/regex.ts';
import { openingOf } from './regexes.ts';

/** Characters of a path that a label's patterns see. In one of 14,000 two `.*` take a tenth of a second (HAProxy 2.6 and 3.4), in one of 1000 some milliseconds. */
export const LOOKED_AT = 1000;

/** In how many ways a quantifier may be taken in a text of this length. */
const waysOf = (quantifier: string, length: number): number => {
  if (quantifier === '') return 1;
  if (quantifier.startsWith('?')) return 2;
  const [, least = '0', comma = '', most = ''] = /^\{(\d*)(,?)(\d*)\}/.exec(quantifier) ?? [];
  if (quantifier.startsWith('{') && comma === '') return 1;
  return most === '' ? length : Math.min(length, Number(most) - Number(least) + 1);
};

const timesOf = (quantifier: string): number => Number(/^\{(?:\d*,)?(\d+)\}/.exec(quantifier)?.[1] ?? 1);

const triesOfAtom = ({ kind, text, quantifier }: Atom, length: number): number => {
  const ways = waysOf(quantifier, length);
  if (kind !== 'group') return ways;
  return ways * triesIn(text.slice(openingOf(text)?.length ?? 1, -1), length) ** timesOf(quantifier);
};

/** Of each branch its atoms multiply, and branches are tried one after the other. */
const triesIn = (regex: string, length: number): number => {
  let [all, branch] = [0, 1];
  for (const atom of atomsOf(regex) ?? []) {
    if (atom.kind === 'bar') [all, branch] = [all + branch, 1];
    else branch *= triesOfAtom(atom, length);
  }
  return all + branch;
};

const isAnchored = (regex: string): boolean =>
  /^(?:\(\?i\))?\^/.test(regex) && atomsOf(regex)?.some(({ kind }) => kind === 'bar') === false;

/** How many ways there may be at most to match a regular expression, for which `regexProblem` has found none, in a text of this length. */
export const triesOf = (regex: string, length: number): number => triesIn(regex, length) * (isAnchored(regex) ? 1 : length);
