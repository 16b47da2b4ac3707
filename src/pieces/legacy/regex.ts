/** What one atom of a regular expression is, as far as a request line or a header can be taken apart by it. */
export interface Atom {
  readonly kind: 'start' | 'end' | 'blank' | 'group' | 'any' | 'literal' | 'other' | 'bar';
  /** Without its quantifier: '(.*)', '\.', 'a'. */
  readonly text: string;
  /** '', '*', '+', '?', '{2}' and their lazy forms. */
  readonly quantifier: string;
  /** The character that a literal stands for. */
  readonly literal: string;
  /** How many groups begin in it that \1 ... \9 count. */
  readonly groups: number;
}

const QUANTIFIER = /^(?:[*+?]|\{\d*,?\d*\})[?+]?/;

/** Length of a class [...]: a ] in the first place is one of its characters. */
const classLength = (text: string): number => /^\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]/s.exec(text)?.[0].length ?? 0;

/** Length of a group with all that is nested in it, 0 where it never ends. */
const groupLength = (text: string): number => {
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '[') at += Math.max(0, classLength(text.slice(at)) - 1);
    else if (character === '(') open += 1;
    else if (character === ')') open -= 1;
    if (open === 0) return at + 1;
  }
  return 0;
};

const groupsIn = (text: string): number => {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '[') at += Math.max(0, classLength(text.slice(at)) - 1);
    else if (text[at] === '(' && text[at + 1] !== '?') count += 1;
  }
  return count;
};

/** Classes that blanks alone belong to. */
const BLANKS = new Set(['[ ]', '[ \\t]', '[\\t ]', '[[:space:]]', '[[:blank:]]', '\\s']);

const KINDS: Readonly<Record<string, Atom['kind']>> = { '^': 'start', $: 'end', '.': 'any', ' ': 'blank', '|': 'bar' };

const lengthAt = (text: string): number => {
  if (text.startsWith('(')) return groupLength(text);
  if (text.startsWith('[')) return classLength(text);
  return text.startsWith('\\') ? 2 : 1;
};

const kindOf = (text: string): Atom['kind'] => {
  if (text.startsWith('(')) return 'group';
  if (BLANKS.has(text)) return 'blank';
  if (text.startsWith('[')) return 'other';
  // A letter or a digit behind a backslash is a class or a reference, everything else itself.
  if (text.startsWith('\\')) return /^\\[A-Za-z0-9]$/.test(text) || text.length < 2 ? 'other' : 'literal';
  return KINDS[text] ?? 'literal';
};

/** Taking one apart costs the square of its length where brackets never end; HAProxy's lines had 2048 characters at most. */
const LONGEST = 2000;

/** The atoms of a regular expression in order; undefined where it is none, or too long. */
export const atomsOf = (regex: string): readonly Atom[] | undefined => {
  if (regex.length > LONGEST) return undefined;
  const atoms: Atom[] = [];
  for (let at = 0; at < regex.length;) {
    const length = lengthAt(regex.slice(at));
    if (length === 0 || at + length > regex.length) return undefined;
    const text = regex.slice(at, at + length);
    const quantifier = QUANTIFIER.exec(regex.slice(at + length))?.[0] ?? '';
    const kind = kindOf(text);
    const literal = kind === 'literal' || kind === 'blank' ? text.slice(-1) : '';
    atoms.push({ kind, text, quantifier, literal, groups: groupsIn(text) });
    at += length + quantifier.length;
  }
  return atoms;
};

export const textOf = (atoms: readonly Atom[]): string => atoms.map(({ text, quantifier }) => text + quantifier).join('');

export const groupsOf = (atoms: readonly Atom[]): number => atoms.reduce((sum, { groups }) => sum + groups, 0);

/** The text that these atoms match, where it is only one. */
export const literalOf = (atoms: readonly Atom[]): string | undefined =>
  atoms.every(({ kind, quantifier }) => kind === 'literal' && quantifier === '') ? atoms.map(({ literal }) => literal).join('') : undefined;

/** A regular expression in any case, where letters are in it. */
export const inAnyCase = (regex: string, anyCase: boolean): string => (anyCase && /[A-Za-z]/.test(regex) ? `(?i)${regex}` : regex);
