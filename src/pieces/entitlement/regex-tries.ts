import { type Atom, atomsOf } from '../legacy/regex.ts';
import { openingOf } from './regexes.ts';

/** What a regular expression may cost, in tries: one atom held against one place of a text. HAProxy 2.6 to 3.4 make about a million in a millisecond. */

/** Characters of a path that a label's patterns see. */
export const LOOKED_AT = 1000;
/** Characters that a text's own pattern may be held against: all that HAProxy has room for (tune.bufsize). */
export const LONGEST_VALUE = 16_384;
/** Of all that one request may be held against, in one place: some ten milliseconds in which a thread does nothing else. */
export const MOST_TRIES = 12_000_000;

/** Which characters something may begin with: one bit each of ASCII, and one for all others. */
type Characters = bigint;
const NONE: Characters = 0n;
const OTHERS = 1n << 128n;
const ALL: Characters = (OTHERS << 1n) - 1n;

const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/** What JavaScript reads as PCRE does. Anything else is taken for every character. */
const IS_PLAIN =
  /^(?:\[(?!\^?\])(?:[^\\[\]\u0080-\uffff]|\\[dDwWsS\W])+\]|\\[dDwWsS]|\\[^\w\u0080-\uffff]|[^\\.[\](){}|*+?^$\u0080-\uffff])$/;

/** Undefined: it is none, such as [z-a], and HAProxy says so. */
const regexOf = (text: string): RegExp | undefined => {
  try {
    return new RegExp(`^${text}$`, 'i');
  } catch {
    return undefined;
  }
};

/** In any case: more is safe. */
const charactersOf = (text: string): Characters => {
  const one = IS_PLAIN.test(text) ? regexOf(text) : undefined;
  if (one === undefined) return ALL;
  const isWide = /^\[\^|\\[DWS]/.test(text);
  return ASCII.reduce((all, character, code) => (one.test(character) ? all | (1n << BigInt(code)) : all), isWide ? OTHERS : NONE);
};

/** Of some atoms: the most that they cost once, in how many ways they may be taken, and with what they begin where they are not empty. */
interface Cost {
  readonly tries: number;
  readonly ways: number;
  readonly first: Characters;
  readonly isEmpty: boolean;
}

const isEndless = (quantifier: string): boolean => /^(?:[*+]|\{\d*,\})/.test(quantifier);

const waysOf = (quantifier: string, length: number): number => {
  if (isEndless(quantifier)) return length;
  if (quantifier.startsWith('?')) return 2;
  const [, least = '0', comma = '', most = '1'] = /^\{(\d*)(,?)(\d*)\}/.exec(quantifier) ?? [];
  return comma === '' ? 1 : Math.min(length, Number(most) - Number(least) + 1);
};

const timesOf = (quantifier: string): number => Number(/^\{(?:\d*,)?(\d+)\}/.exec(quantifier)?.[1] ?? 1);

const branchesOf = (atoms: readonly Atom[]): readonly (readonly Atom[])[] => {
  const branches: Atom[][] = [[]];
  for (const atom of atoms) {
    if (atom.kind === 'bar') branches.push([]);
    else branches.at(-1)?.push(atom);
  }
  return branches;
};

const isInline = (opening: string): boolean => ['(', '(?:', '(?i:', '(?i'].includes(opening);

/** So many that nothing more needs to be known: nothing times Infinity would be no number. */
const capped = (ways: number): number => Math.min(ways, 1e100);

/** Branches are tried one after the other. `next`: what may follow. */
const costOfBranches = (atoms: readonly Atom[], next: Characters, length: number): Cost => {
  const costs = branchesOf(atoms).map((branch) => costOfAll(branch, next, length));
  return costs.reduce((sum, cost) => ({
    tries: sum.tries + cost.tries,
    ways: sum.ways + cost.ways,
    first: sum.first | cost.first,
    isEmpty: sum.isEmpty || cost.isEmpty,
  }));
};

/** Characters that stand for themselves are compared some at once; a reference is as long as what it refers to. */
const triesOfOne = ({ kind, text, quantifier }: Atom, length: number): number => {
  if (/^\\\d/.test(text)) return length;
  return kind === 'literal' && quantifier === '' ? 0.25 : 1;
};

const costWithin = (atom: Atom, next: Characters, length: number): Cost => {
  const { kind, text } = atom;
  if (kind === 'start' || kind === 'end') return { tries: 1, ways: 1, first: NONE, isEmpty: true };
  if (kind !== 'group') return { tries: triesOfOne(atom, length), ways: 1, first: charactersOf(text), isEmpty: false };
  const opening = openingOf(text) ?? '(';
  const cost = costOfBranches(atomsOf(text.slice(opening.length, -1)) ?? [], next, length);
  return isInline(opening) ? cost : { ...cost, first: ALL, isEmpty: true };
};

/** Where what is repeated and what follows begin otherwise, there is but one way to take it. */
const costOfAtom = (atom: Atom, next: Characters, length: number): Cost => {
  const { quantifier } = atom;
  const times = timesOf(quantifier);
  const repeats = times > 1 || isEndless(quantifier);
  const once = costWithin(atom, repeats ? ALL : next, length);
  const isClear = (once.first & next) === NONE && !once.isEmpty;
  return {
    tries: (isEndless(quantifier) ? length : times) * once.tries * once.ways ** (times - 1),
    ways: capped(once.ways ** times * (isClear ? 1 : waysOf(quantifier, length))),
    first: once.first,
    isEmpty: once.isEmpty || /^(?:[?*]|\{0*,|\{0+\})/.test(quantifier),
  };
};

/** For each way in which what is before may be taken, what follows is tried. */
const costOfAll = (atoms: readonly Atom[], next: Characters, length: number): Cost => {
  let all: Cost = { tries: 0, ways: 1, first: next, isEmpty: true };
  for (const atom of atoms.toReversed()) {
    const cost = costOfAtom(atom, all.first, length);
    all = {
      tries: cost.tries + cost.ways * all.tries,
      ways: capped(cost.ways * all.ways),
      first: cost.isEmpty ? cost.first | all.first : cost.first,
      isEmpty: cost.isEmpty && all.isEmpty,
    };
  }
  return all;
};

/** PCRE remembers where the first endless atom has failed in groups up to this depth (10.33 and later; measured with 10.42). */
const DEEPEST = 2;

/** With what groups hold in their place, where they do nothing but hold it. */
const inlined = (regex: string, depth = 0): readonly Atom[] =>
  (atomsOf(regex) ?? []).flatMap((atom) => {
    const opening = atom.kind === 'group' && atom.quantifier === '' && depth < DEEPEST ? openingOf(atom.text) : undefined;
    if (opening === undefined || !isInline(opening)) return [atom];
    const within = inlined(atom.text.slice(opening.length, -1), depth + 1);
    return within.some(({ kind }) => kind === 'bar') ? [atom] : within;
  });

/** Without what is matched as soon as all before it is: `.*` at the end, `[0-9]*` too, and of `[0-9]+` all but one. Nothing before it is tried again. */
const withoutTail = (atoms: readonly Atom[], isOneLine: boolean): readonly Atom[] => {
  const last = atoms.at(-1);
  if (last === undefined) return atoms;
  const before = atoms.slice(0, -1);
  const { kind, quantifier = '' } = before.at(-1) ?? {};
  if (last.kind === 'end') return isOneLine && kind === 'any' && isEndless(quantifier) ? withoutTail(before, isOneLine) : atoms;
  if (/^[*?]/.test(last.quantifier)) return withoutTail(before, isOneLine);
  return last.quantifier.startsWith('+') ? [...before, { ...last, quantifier: '' }] : atoms;
};

const holdsMore = ({ kind, text }: Atom): boolean => kind === 'group' && (!isInline(openingOf(text) ?? '') || /[*+]|\{\d*,\}/.test(text));

/**
 * A regular expression that does not begin with ^ is tried at each place of the text. From its first endless atom on PCRE does that once for all places, where that
 * atom is one character, and no {2,}, and where no other group is endless or looks ahead or back.
 */
const triesAnywhere = (atoms: readonly Atom[], length: number): number => {
  const { tries } = costOfAll(atoms, NONE, length);
  const at = atoms.findIndex((atom) => isEndless(atom.quantifier));
  if (at === -1 || atoms[at]?.quantifier.startsWith('{') === true || atoms[at]?.kind === 'group' || atoms.some(holdsMore))
    return length * tries;
  const before = costOfAll(atoms.slice(0, at), ALL, length);
  return length * (before.tries + before.ways) + tries;
};

/** How many tries a regular expression, for which `regexProblem` has found none, may take at most with a text of this length. `isOneLine`: no line break is in it. */
export const triesOf = (regex: string, length: number, isOneLine = true): number => {
  const all = inlined(regex);
  if (all.some(({ kind }) => kind === 'bar')) return length * costOfBranches(all, NONE, length).tries;
  const atoms = withoutTail(all, isOneLine);
  const tries = atoms[0]?.kind === 'start' ? costOfAll(atoms, NONE, length).tries : triesAnywhere(atoms, length);
  return tries + (atoms === all ? 0 : length);
};
