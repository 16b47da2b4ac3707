/**
 * What a terminal acts on or does not show: control characters (C0, DEL, C1), separators of lines and paragraphs, marks of the direction of writing
 * and of no width, tags, and halves of surrogate pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

const escape = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/** With \uXXXX in place of every such character, as JSON and JavaScript write them. */
export const escapeUnprintable = (text: string): string => text.replaceAll(UNPRINTABLE, escape);
