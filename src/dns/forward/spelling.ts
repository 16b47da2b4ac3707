import type { Name } from '../name.ts';

const isLetter = (code: number): boolean => code >= 0x61 && code <= 0x7a;

/** How many letters can be written in two ways. A length byte is never one: it is 63 at most, and letters begin behind that. */
export const lettersIn = (name: Name): number => {
  let letters = 0;
  for (let at = 0; at < name.length; at += 1) if (isLetter(name.charCodeAt(at))) letters += 1;
  return letters;
};

/**
 * The name with letters in upper case where the bits say so: who answers must have seen the question (draft-vixie-dnsext-dns0x20).
 * @param name in lower case
 * @param bits at least 32 random bytes
 */
export const spell = (name: Name, bits: Buffer): Buffer => {
  const spelled = Buffer.from(name, 'latin1');
  for (let at = 0; at < spelled.length; at += 1) {
    const code = spelled[at] ?? 0;
    if (isLetter(code) && (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1) spelled[at] = code & 0xdf;
  }
  return spelled;
};
