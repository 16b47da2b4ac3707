import { shown } from '../kit/shown.ts';
import type { Outcome } from './outcome.ts';

/** {first[key][key]!conversion:spec} */
export interface Field {
  /** As written: 'healthCheck[intervalSeconds]'. */
  readonly name: string;
  readonly first: string;
  readonly keys: readonly string[];
  /** 'r', 's' or 'a'. */
  readonly conversion?: Conversion;
  /** May hold placeholders itself. */
  readonly spec: string;
}

export type Conversion = 'r' | 's' | 'a';

type Part = string | Field;

const CONVERSIONS: readonly string[] = ['r', 's', 'a'] satisfies readonly Conversion[];

const NEVER_CLOSED = "has a '{' without its '}': a brace for HAProxy is written twice, {{ and }}";

/** What comes after the first name: [key]s only. */
const KEY = /^\[([^\]]*)\](?=$|[.[])/;

const parseName = (name: string): Outcome<Pick<Field, 'name' | 'first' | 'keys'>> => {
  const first = /^[^.[]*/.exec(name)?.[0] ?? '';
  if (first === '' || /^\d+$/.test(first))
    return { wrong: `has the placeholder ${shown(`{${name}}`)}, and placeholders have names here: {backend}` };
  const keys: string[] = [];
  for (let rest = name.slice(first.length); rest !== '';) {
    if (rest.startsWith('.')) return { wrong: `asks for an attribute in ${shown(`{${name}}`)}: only {name} and {name[key]} are known` };
    const found = KEY.exec(rest);
    if (found === null || found[1] === '') return { wrong: `has ${shown(`{${name}}`)}, and a key is written as in {healthCheck[path]}` };
    keys.push(found[1] ?? '');
    rest = rest.slice(found[0].length);
  }
  return { value: { name, first, keys } };
};

/** Where the name of a field ends: at }, : or ! outside of [ ]. */
const endOfName = (text: string, from: number): Outcome<number> => {
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '{')
      return { wrong: `has a '{' within ${shown(text.slice(from - 1, at + 1))}: a brace for HAProxy is written twice` };
    if (character === '}' || character === ':' || character === '!') return { value: at };
    if (character !== '[') continue;
    const close = text.indexOf(']', at);
    if (close === -1) return { wrong: NEVER_CLOSED };
    at = close;
  }
  return { wrong: NEVER_CLOSED };
};

/** Where the spec ends: at the } that closes the field. */
const endOfSpec = (text: string, from: number): number => {
  let open = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') open += 1;
    else if (text[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  return -1;
};

const parseField = (text: string, from: number): Outcome<{ readonly field: Field; readonly end: number }> => {
  const nameEnd = endOfName(text, from);
  if ('wrong' in nameEnd) return nameEnd;
  const name = parseName(text.slice(from, nameEnd.value));
  if ('wrong' in name) return name;
  let at = nameEnd.value;
  let conversion: string | undefined;
  if (text[at] === '!') {
    conversion = text[at + 1] ?? '';
    at += 2;
    const known = CONVERSIONS.includes(conversion) && (text[at] === '}' || text[at] === ':');
    if (!known) return { wrong: `has a conversion in {${name.value.name}!...} that is none: they are !r, !s and !a` };
  }
  const end = text[at] === '}' ? at : endOfSpec(text, at + 1);
  if (end === -1) return { wrong: NEVER_CLOSED };
  const field = {
    ...name.value,
    ...(conversion === undefined ? {} : { conversion: conversion as Conversion }),
    spec: text.slice(at + 1, end),
  };
  return { value: { field, end: end + 1 } };
};

/** The parts of a text with placeholders, in order; {{ and }} are braces of the text. */
export const parseTemplate = (text: string): Outcome<readonly Part[]> => {
  const parts: Part[] = [];
  let literal = '';
  for (let at = 0; at < text.length;) {
    const character = text[at] ?? '';
    if (character !== '{' && character !== '}') {
      literal += character;
      at += 1;
    } else if (text[at + 1] === character) {
      literal += character;
      at += 2;
    } else if (character === '}') {
      return { wrong: "has a '}' without its '{': a brace for HAProxy is written twice, {{ and }}" };
    } else {
      const parsed = parseField(text, at + 1);
      if ('wrong' in parsed) return parsed;
      parts.push(literal, parsed.value.field);
      literal = '';
      at = parsed.value.end;
    }
  }
  return { value: [...parts, literal] };
};
