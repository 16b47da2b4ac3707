/** A page that is answered where no server can. */
export interface Page {
  /** Value of Content-Type. */
  readonly type: string;
  readonly text: string;
}

/** Bytes. With its headers it is to fit into the 16 KiB that an answer has in memory. */
const LARGEST = 8192;

/** Nothing that a page needs, and some of them end a line or a text. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** A text as a page: HTML where it begins with `<`. `wrong` is a phrase that follows its name. */
export const pageOf = (text: string): { readonly value: Page } | { readonly wrong: string } => {
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST) return { wrong: `must be a page of at most ${LARGEST} bytes, and has ${bytes}` };
  if (text.trim() === '') return { wrong: `must be a page: a text, or HTML where it begins with <` };
  if (CONTROL.test(text)) return { wrong: 'must be a page without control characters' };
  return { value: { type: `text/${text.trimStart().startsWith('<') ? 'html' : 'plain'}; charset=utf-8`, text } };
};
