import { shown } from '../kit/shown.ts';
import { type Field, parseTemplate } from './format-fields.ts';
import { type FormatValue, formatValue, textOf } from './format-value.ts';
import type { Outcome } from './outcome.ts';

/** Values by the name of their placeholder. null and undefined are Python's None. */
export type FormatValues = Readonly<Record<string, FormatValue>>;

/** A text of Marathon's labels is not longer either; without a bound a few placeholders could make gigabytes. */
const LONGEST = 65_536;
/** Characters of values that are read for one text, also those of which a format leaves nothing: {healthCheck[path]:.0}. */
const MOST_READ = 1_000_000;

/** How much may still be read for one text. */
interface Budget {
  left: number;
}

const own = (values: object, key: string): boolean => Object.hasOwn(values, key);

const nameOf = (value: FormatValue): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

const inside = (value: FormatValue, key: string, field: string): Outcome<FormatValue> => {
  const index = /^\d+$/.test(key) ? Number(key) : undefined;
  if (typeof value === 'string' || Array.isArray(value)) {
    const items = typeof value === 'string' ? Array.from(value) : (value as readonly FormatValue[]);
    return index !== undefined && index < items.length
      ? { value: items[index] }
      : { wrong: `names {${field}}: there is no [${key}] in it` };
  }
  if (typeof value !== 'object' || value === null) return { wrong: `names {${field}}, and ${nameOf(value)} has no [${key}]` };
  // Python takes [1] for a number, and the keys of an object of JSON are texts.
  if (index !== undefined || !own(value, key)) return { wrong: `names {${field}}: there is no [${key}] in it` };
  return { value: (value as Readonly<Record<string, FormatValue>>)[key] };
};

const lookUp = ({ name, first, keys }: Field, values: FormatValues): Outcome<FormatValue> => {
  if (!own(values, first)) {
    const known = Object.keys(values).sort().join(', ');
    const braces = 'a brace for HAProxy is written twice: {{ ... }}';
    return { wrong: `names ${shown(`{${name}}`)}, and here there ${known === '' ? 'is no placeholder' : `are only ${known}`}; ${braces}` };
  }
  let found: Outcome<FormatValue> = { value: values[first] };
  for (const key of keys) {
    if ('wrong' in found) return found;
    found = inside(found.value, key, name);
  }
  return found;
};

const fieldText = (field: Field, values: FormatValues, budget: Budget): Outcome<string> => {
  if (own(values, field.first)) budget.left -= textOf(values[field.first], 's').length;
  if (budget.left < 0) return { wrong: `has so many placeholders for long values that more than ${MOST_READ} characters would be read` };
  const found = lookUp(field, values);
  if ('wrong' in found) return found;
  // Placeholders within a format spec, one level deep, as in Python: {port:{width}}.
  const spec = field.spec.includes('{') ? formatParts(field.spec, values, 0, budget) : { value: field.spec };
  if ('wrong' in spec) return spec;
  const value = field.conversion === undefined ? found.value : textOf(found.value, field.conversion);
  const formatted = formatValue(value, spec.value);
  return 'wrong' in formatted ? { wrong: `holds ${shown(`{${field.name}:${spec.value}}`)}: ${formatted.wrong}` } : formatted;
};

const formatParts = (text: string, values: FormatValues, depth: number, budget: Budget): Outcome<string> => {
  const parts = parseTemplate(text);
  if ('wrong' in parts) return parts;
  let made = '';
  for (const part of parts.value) {
    if (typeof part === 'string') made += part;
    else if (depth === 0 && part.spec.includes('{')) return { wrong: 'has placeholders within the format of a placeholder of a format' };
    else {
      const formatted = fieldText(part, values, budget);
      if ('wrong' in formatted) return formatted;
      made += formatted.value;
    }
    if (made.length > LONGEST) return { wrong: `makes more than ${LONGEST} characters` };
  }
  return { value: made };
};

/**
 * A text with its placeholders filled in, as Python 3.7's `str.format` does with named values: {name}, {name[key]}, {name!r}, {name:>5}, {{ and }}.
 * Values are not looked through for placeholders again. Wrong: what Python refuses; also attributes ({a.b}) and formats of fractions (e, f, g, %).
 */
export const formatText = (text: string, values: FormatValues): Outcome<string> => formatParts(text, values, 1, { left: MOST_READ });
