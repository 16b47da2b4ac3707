import { printableJson } from './printable.ts';

/** Bytes. What collects logs takes longer lines apart, in the middle of their JSON: Docker at 16 KiB. */
const LONGEST_LINE = 16_000;

/** Texts are cut to the first of these, in characters, with which the line is short enough; lists to so many entries. */
const CUTS = [
  { text: 2000, entries: 20 },
  { text: 200, entries: 10 },
  { text: 50, entries: 5 },
] as const;

const cut = (value: unknown, most: (typeof CUTS)[number]): unknown => {
  if (typeof value === 'string') return value.length <= most.text ? value : `${value.slice(0, most.text)}… (${value.length} characters)`;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const kept = value.slice(0, most.entries).map((entry) => cut(entry, most));
    return kept.length === value.length ? kept : [...kept, `… (${value.length} entries)`];
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, cut(entry, most)]));
};

const LEAST = new Set(['level', 'time', 'msg']);

/**
 * A line of the log, which is JSON, as one that is no longer than 16,000 bytes: what is long in it is cut, and says how long it was.
 * What has too many parts for that is left with its level, its time and its message, and `leftOut`: how many bytes it had.
 */
export const shortLine = (line: string): string => {
  const bytes = Buffer.byteLength(line);
  if (bytes <= LONGEST_LINE) return line;
  const whole = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const tries = [
    ...CUTS.map((most) => cut(whole, most)),
    { ...(cut(Object.fromEntries(Object.entries(whole).filter(([name]) => LEAST.has(name))), CUTS[0]) as object), leftOut: bytes },
  ].map((value) => printableJson(JSON.stringify(value)));
  return tries.find((text) => Buffer.byteLength(text) <= LONGEST_LINE) ?? tries.at(-1) ?? '';
};
