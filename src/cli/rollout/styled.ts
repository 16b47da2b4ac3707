import { escapeUnprintable } from '../../kit/unprintable.ts';

/** Text with colours, as data: what is other people's text in it can be cut and made safe, and no colour is lost or left on. */

export type Style = 'plain' | 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Span[];

const CODES: Readonly<Record<Exclude<Style, 'plain'>, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35 };

export const span = (text: string, style: Style = 'plain'): Span => ({ text, style });

/** Characters as people see them, so that none is cut in two. */
const characters = (text: string): readonly string[] => Array.from(escapeUnprintable(text));

const cut = (line: Line, width: number): readonly { readonly characters: readonly string[]; readonly style: Style }[] => {
  let left = width;
  return line.map(({ text, style }) => {
    const kept = characters(text).slice(0, left);
    left -= kept.length;
    return { characters: kept, style };
  });
};

interface Screen {
  /** Characters of a line, at most. */
  readonly width: number;
  /** It takes codes for colours. */
  readonly isColoured: boolean;
}

/** A line as a terminal takes it; what is longer than that ends with an ellipsis. */
export const toText = (line: Line, { width, isColoured }: Screen): string => {
  const isLonger = line.reduce((sum, { text }) => sum + characters(text).length, 0) > width;
  const spans = cut(line, isLonger ? width - 1 : width);
  const text = spans
    .filter((one) => one.characters.length > 0)
    .map((one) => {
      const words = one.characters.join('');
      return isColoured && one.style !== 'plain' ? `\u001B[${CODES[one.style]}m${words}\u001B[0m` : words;
    })
    .join('');
  return isLonger ? `${text}…` : text;
};
