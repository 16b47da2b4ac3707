import type { Line } from './lines.ts';

/** The condition of a rule: `if a !b or { path /x }`. */

/** One ACL, by name or in braces, that must be true or must not. */
interface Term {
  readonly not: boolean;
  readonly words: Line;
}

/** Any of these, each of them all of its terms. */
type AnyOf = readonly (readonly Term[])[];

/** A line has 64 words at most. */
const MOST_TERMS = 60;

const isOr = (word: string): boolean => word === 'or' || word === '||';

const endOfBraces = (words: Line, at: number): number => {
  const end = words.indexOf('}', at);
  return end === -1 ? words.length : end + 1;
};

/** Exclamation marks may stand alone before what they negate. */
const parse = (words: Line): AnyOf => {
  const any: Term[][] = [[]];
  let not = false;
  for (let at = 0; at < words.length;) {
    const [, marks = '', word = ''] = /^(!*)(.*)$/s.exec(words[at] ?? '') ?? [];
    if (marks.length % 2 === 1) not = !not;
    const end = word === '{' ? endOfBraces(words, at) : at + 1;
    if (isOr(word)) any.push([]);
    else if (word !== '') any.at(-1)?.push({ not, words: [word, ...words.slice(at + 1, end)] });
    if (word !== '') not = false;
    at = end;
  }
  return any;
};

/** None of them: one term of each must not be true. */
const negated = (any: AnyOf): AnyOf | undefined => {
  let made: AnyOf = [[]];
  for (const all of any) {
    made = made.flatMap((terms) => all.map((term) => [...terms, { ...term, not: !term.not }]));
    if (made.flat().length > MOST_TERMS) return undefined;
  }
  return made;
};

const textOf = ({ not, words: [first = '', ...more] }: Term): Line => [not ? `!${first}` : first, ...more];

const wordsOf = (any: AnyOf): Line => any.flatMap((all, at) => [...(at === 0 ? [] : ['or']), ...all.flatMap(textOf)]);

/** `if` or `unless` and what follows it, or nothing, with one more term that must be true too. Undefined: that takes more words than a line has. */
export const andAlso = (condition: Line, term: Line): Line | undefined => {
  const [word, ...terms] = condition;
  if (word === undefined) return ['if', ...term];
  const any = word === 'if' ? parse(terms) : negated(parse(terms));
  const made = any === undefined ? [] : wordsOf(any.map((all) => [...parse(term).flat(), ...all]));
  return made.length === 0 || made.length > MOST_TERMS ? undefined : ['if', ...made];
};

/** Words before the condition, and `if` or `unless` with what follows. */
export const splitCondition = (words: Line): { readonly before: Line; readonly condition: Line } => {
  const at = words.findIndex((word) => word === 'if' || word === 'unless');
  return at === -1 ? { before: words, condition: [] } : { before: words.slice(0, at), condition: words.slice(at) };
};

const renamedIn = (condition: Line, names: ReadonlyMap<string, string>): Line => {
  let inBraces = false;
  return condition.map((word) => {
    const [, marks = '', name = ''] = /^(!*)(.*)$/s.exec(word) ?? [];
    if (name === '{') inBraces = true;
    if (word === '}') inBraces = false;
    return inBraces ? word : marks + (names.get(name) ?? name);
  });
};

/**
 * Lines whose own ACLs have names of their own: `suffix` behind each. In a frontend of many apps lines of one name are one ACL that any of them makes true, so that
 * one app would decide what is true for another. Names that are not defined in these lines stay.
 */
export const withOwnAcls = (lines: readonly Line[], suffix: string): readonly Line[] => {
  const names = new Map(
    lines.flatMap(([directive, name]) => (directive === 'acl' && name !== undefined ? [[name, `${name}${suffix}`] as const] : [])),
  );
  return lines.map((line) => {
    if (line[0] === 'acl') return line.map((word, at) => (at === 1 ? (names.get(word) ?? word) : word));
    const { before, condition } = splitCondition(line);
    return [...before, ...renamedIn(condition, names)];
  });
};

/** The rule for those requests alone for which `term` is true; `acl` lines stay. Undefined: it has too many conditions. */
export const guarded = (line: Line, term: Line): Line | undefined => {
  if (line[0] === 'acl') return line;
  const { before, condition } = splitCondition(line);
  const both = andAlso(condition, term);
  return both === undefined ? undefined : [...before, ...both];
};
