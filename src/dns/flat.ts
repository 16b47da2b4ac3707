/**
 * V8 keeps what is put together as a tree of its pieces, and what is cut out as a view of the whole. What a zone keeps for long, half a million times, is
 * copied once into characters of its own: half the memory, and nothing else is held with it.
 */
const scratch = Buffer.allocUnsafe(1024);

/** The same latin1 text in one piece. */
export const flat = (text: string): string => {
  if (text.length > scratch.length) return Buffer.from(text, 'latin1').toString('latin1');
  return scratch.toString('latin1', 0, scratch.write(text, 0, 'latin1'));
};

/** Bytes of UTF-8, a character each: text from elsewhere as it stands in a label. */
export const wire = (text: string): string => Buffer.from(text).toString('latin1');
