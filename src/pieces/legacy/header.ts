import { type Atom, atomsOf, literalOf, textOf } from './regex.ts';

/** A regular expression on a header line `Name: value`, taken apart. */
export interface HeaderLine {
  readonly name: string;
  /** On the value, from its beginning; '' where any will do. */
  readonly value: string;
}

const NAME = /^[A-Za-z0-9_-]+$/;

const isBlank = ({ kind }: Atom): boolean => kind === 'blank';

/** Takes the rest, or nothing at all is asked of it. */
const isAnything = (text: string): boolean => text === '' || /^\(?\.[*+]?\)?\$?$/.test(text);

/** Undefined: it is not about one header by its name, from its beginning. */
export const parseHeaderLine = (regex: string): HeaderLine | undefined => {
  const atoms = atomsOf(regex);
  if (atoms?.[0]?.kind !== 'start' || atoms.some(({ kind }) => kind === 'bar')) return undefined;
  const colon = atoms.findIndex(({ text, quantifier }) => (text === ':' || text === '\\:') && quantifier === '');
  const name = colon < 2 ? undefined : literalOf(atoms.slice(1, colon));
  if (name === undefined || !NAME.test(name)) return undefined;
  const after = atoms.slice(colon + 1);
  const first = after.findIndex((atom) => !isBlank(atom));
  const rest = first === -1 ? [] : after.slice(first);
  const value = textOf(rest);
  // A blank follows the colon in every request: without one in the text nothing but `anything` fits.
  if (
    first === 0 &&
    rest.length > 0 &&
    rest[0]?.kind !== 'any' &&
    rest[0]?.kind !== 'end' &&
    !isAnything(value) &&
    !/^\(\.[*+]\)/.test(value)
  )
    return undefined;
  return { name, value };
};

/** Name of the headers that begin with a text, where that is all: `^X-Internal`. */
export const parseHeaderPrefix = (regex: string): string | undefined => {
  const atoms = atomsOf(regex);
  const prefix = atoms?.[0]?.kind === 'start' ? literalOf(atoms.slice(1)) : undefined;
  return prefix !== undefined && NAME.test(prefix) ? prefix : undefined;
};

/** Whether a regular expression on the value asks anything of it. */
export const asksNothing = ({ value }: HeaderLine): boolean => isAnything(value);

/** `Name: value` as text. */
export const splitHeader = (text: string): { readonly name: string; readonly value: string } | undefined => {
  const [, name, value] = /^([A-Za-z0-9_-]+):[ \t]*(.*)$/s.exec(text) ?? [];
  return name === undefined || value === undefined ? undefined : { name, value };
};
