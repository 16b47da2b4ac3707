import { never } from '../kit/never.ts';
import type { Conversion } from './format-fields.ts';
import type { Outcome } from './outcome.ts';

/** What a placeholder may stand for: what JSON has. */
export type FormatValue = string | number | boolean | null | undefined | readonly FormatValue[] | { readonly [key: string]: FormatValue };

/** [[fill]align][sign][#][0][width][,][.precision][type] */
interface Spec {
  readonly fill: string;
  readonly align?: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly group: string;
  readonly precision?: number;
  readonly type: string;
}

/** More is a slip of the pen, or meant to fill the memory. */
const WIDEST = 100;

const SPEC = /^(?:(?:(.))?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?(.)?$/su;

const parseSpec = (text: string): Outcome<Spec> => {
  const found = SPEC.exec(text);
  if (found === null) return { wrong: 'this is no format: e.g. {port:>5}, {port:05d}, {backend:.20}' };
  const [, filled, aligned, sign = '', alternate, zero, digits, group = '', precision, type = ''] = found;
  const align = aligned ?? (zero === undefined || filled !== undefined ? undefined : '=');
  const width = Number(digits ?? 0);
  if (width > WIDEST || Number(precision ?? 0) > 999_999_999) return { wrong: `a width of more than ${WIDEST} is not taken` };
  const fill = filled ?? (zero === undefined ? ' ' : '0');
  return {
    value: {
      fill,
      ...(align === undefined ? {} : { align }),
      sign,
      alternate: alternate !== undefined,
      width,
      group,
      ...(precision === undefined ? {} : { precision: Number(precision) }),
      type,
    },
  };
};

const lengthOf = (text: string): number => Array.from(text).length;

const padded = (text: string, { fill, width }: Spec, align: string): string => {
  const missing = Math.max(0, width - lengthOf(text));
  const left = align === '>' ? missing : align === '^' ? Math.floor(missing / 2) : 0;
  return fill.repeat(left) + text + fill.repeat(missing - left);
};

const formatString = (text: string, spec: Spec): Outcome<string> => {
  if (spec.type !== '' && spec.type !== 's') return { wrong: `${spec.type} is a format of numbers, and this is a text` };
  if (spec.sign !== '' || spec.alternate || spec.group !== '' || spec.align === '=')
    return { wrong: 'signs, grouping and leading zeros are for numbers, and this is a text' };
  const cut = spec.precision === undefined ? text : Array.from(text).slice(0, spec.precision).join('');
  return { value: padded(cut, spec, spec.align ?? '<') };
};

const RADIX: Readonly<Record<string, readonly [radix: number, prefix: string, groupSize: number]>> = {
  '': [10, '', 3],
  d: [10, '', 3],
  n: [10, '', 3],
  b: [2, '0b', 4],
  o: [8, '0o', 4],
  x: [16, '0x', 4],
  X: [16, '0X', 4],
};

/** Groups are counted from the right: 1,000. */
const grouped = (digits: string, group: string, size: number): string => {
  if (group === '') return digits;
  const first = digits.length % size;
  const parts = first === 0 ? [] : [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += size) parts.push(digits.slice(at, at + size));
  return parts.join(group);
};

/** Zeros in front until it is wide enough: they are grouped like all digits. */
const withZeros = (digits: string, group: string, size: number, width: number): string => {
  const marks = (count: number): number => (group === '' ? 0 : Math.floor((count - 1) / size));
  let count = digits.length;
  while (count + marks(count) < width) count += 1;
  return grouped(digits.padStart(count, '0'), group, size);
};

const formatCharacter = (value: number, spec: Spec): Outcome<string> => {
  if (spec.sign !== '' || spec.alternate || spec.group !== '') return { wrong: 'a character has no sign and no grouping' };
  const isCharacter = value >= 0 && value <= 0x10ffff;
  return isCharacter
    ? { value: padded(String.fromCodePoint(value), spec, spec.align === '=' ? '>' : (spec.align ?? '>')) }
    : { wrong: `${value} is no character` };
};

const formatInteger = (value: number, spec: Spec): Outcome<string> => {
  if (spec.precision !== undefined) return { wrong: 'a whole number has no precision' };
  if (spec.type === 'c') return formatCharacter(value, spec);
  const [radix, prefix, size] = RADIX[spec.type] ?? [];
  if (radix === undefined || prefix === undefined || size === undefined)
    return { wrong: `${spec.type} is no format of whole numbers: they are b, c, d, n, o, x and X` };
  if (spec.group !== '' && (spec.type === 'n' || (spec.group === ',' && radix !== 10)))
    return { wrong: `${spec.group} does not go with ${spec.type}` };
  const digits = Math.abs(value).toString(radix);
  const plus = spec.sign === '-' ? '' : spec.sign;
  const before = (value < 0 ? '-' : plus) + (spec.alternate ? prefix : '');
  const cased = spec.type === 'X' ? digits.toUpperCase() : digits;
  if (spec.align !== '=') return { value: padded(before + grouped(cased, spec.group, size), spec, spec.align ?? '>') };
  const room = spec.width - before.length;
  if (spec.fill === '0') return { value: before + withZeros(cased, spec.group, size, room) };
  return { value: before + padded(grouped(cased, spec.group, size), { ...spec, width: room }, '>') };
};

/** A value in a text, as {name:spec} asks for it. */
export const formatValue = (value: FormatValue, text: string): Outcome<string> => {
  if (text === '') return { value: textOf(value, 's') };
  const spec = parseSpec(text);
  if ('wrong' in spec) return spec;
  if (typeof value === 'string') return formatString(value, spec.value);
  if (typeof value === 'boolean') return formatInteger(value ? 1 : 0, spec.value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return formatInteger(value, spec.value);
  return { wrong: 'only texts and whole numbers can be formatted' };
};

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  const hex = (width: number): string => code.toString(16).padStart(width, '0');
  return ESCAPES[character] ?? (code < 0x100 ? `\\x${hex(2)}` : code < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`);
};

/** As Python's repr writes a text. */
const quoted = (text: string, unprintable: RegExp): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll(unprintable, escaped);
  return quote + body + quote;
};

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const NOT_ASCII = /[^ -~]/gu;

const repr = (value: FormatValue, unprintable: RegExp): string => {
  if (typeof value === 'string') return quoted(value, unprintable);
  if (typeof value !== 'object' || value === null) return textOf(value, 's');
  if (Array.isArray(value)) return `[${(value as readonly FormatValue[]).map((item) => repr(item, unprintable)).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${repr(key, unprintable)}: ${repr(item, unprintable)}`)
    .join(', ')}}`;
};

/** As Python's str, repr or ascii writes a value. */
export const textOf = (value: FormatValue, conversion: Conversion): string => {
  if (conversion === 'r') return repr(value, UNPRINTABLE);
  if (conversion === 'a') return repr(value, NOT_ASCII);
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'undefined':
      return 'None';
    case 'object':
      return value === null ? 'None' : repr(value, UNPRINTABLE);
    default:
      return never(value);
  }
};
