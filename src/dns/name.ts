/**
 * A domain name in wire form (RFC 1035, 3.1) in ASCII lower case, as a latin1 string: each label behind its length, and a zero byte at the end,
 * '\x03web\x05mesos\x00'. The root is '\x00'. Names are keys of the zone, and their bytes go into packets as they are.
 */
export type Name = string;

export const ROOT: Name = '\0';

const MOST_LABEL = 63;
const MOST_NAME = 255;

/** ASCII alone (RFC 4343): no other character changes. */
export const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** The labels, root left out, each as latin1. Undefined: longer than RFC 1035 allows, or with an empty label. */
export const nameOf = (labels: readonly string[]): Name | undefined => {
  let name = '';
  for (const label of labels) {
    if (label.length === 0 || label.length > MOST_LABEL) return undefined;
    name += String.fromCharCode(label.length) + lower(label);
  }
  return name.length >= MOST_NAME ? undefined : `${name}\0`;
};

const LABEL_TEXT = /\\(\d{3})|\\(.)|([^\\])/gs;

/** Splits at dots that no backslash stands before. */
const splitText = (text: string): readonly string[] => text.match(/(?:\\\d{3}|\\.|[^.\\])+|(?<=\.|^)(?=\.|$)/gs) ?? [];

const labelOf = (text: string): string =>
  text.replace(LABEL_TEXT, (_, code?: string, escaped?: string, plain?: string) =>
    code === undefined ? Buffer.from(escaped ?? plain ?? '').toString('latin1') : String.fromCharCode(Number(code) & 0xff),
  );

/** 'web.mesos' and 'web.mesos.' alike; '' and '.' are the root. Escapes as in zone files (`\.`, `\032`). Undefined: no name. */
export const toName = (text: string): Name | undefined => {
  const plain = text.endsWith('.') && !text.endsWith('\\.') ? text.slice(0, -1) : text;
  return plain === '' ? ROOT : nameOf(splitText(plain).map(labelOf));
};

/** Of a name that is written in the code. @throws Error: it is none */
export const knownName = (text: string): Name => {
  const name = toName(text);
  if (name === undefined) throw new Error(`not a domain name: ${text}`);
  return name;
};

export const labelsOf = (name: Name): readonly string[] => {
  const labels: string[] = [];
  for (let at = 0; name.charCodeAt(at) > 0; at += 1 + name.charCodeAt(at)) labels.push(name.slice(at + 1, at + 1 + name.charCodeAt(at)));
  return labels;
};

const escaped = (label: string): string =>
  label.replace(/[.\\]|[^!-~]/g, (one) => (one === '.' || one === '\\' ? `\\${one}` : `\\${String(one.charCodeAt(0)).padStart(3, '0')}`));

/** 'web.mesos.', with a dot at its end; the root is '.'. */
export const toText = (name: Name): string => (name === ROOT ? '.' : `${labelsOf(name).map(escaped).join('.')}.`);

/** One label shorter; undefined: it is the root. */
export const parentOf = (name: Name): Name | undefined => (name === ROOT ? undefined : name.slice(1 + name.charCodeAt(0)));

/** Whether it is that name or below it. */
export const isWithin = (name: Name, ancestor: Name): boolean => {
  for (let at = 0; name.length - at >= ancestor.length; at += 1 + name.charCodeAt(at)) {
    if (name.length - at === ancestor.length) return name.endsWith(ancestor);
    if (name.charCodeAt(at) === 0) return false;
  }
  return false;
};
