import { type Piece, type PieceName, pieceOf } from './catalogue.ts';
import type { Own } from './entitlement/own.ts';
import { wholeRefusal } from './entitled.ts';
import { type FormatValues, formatText } from './format.ts';
import { type Line, wordsOf } from './lines.ts';
import type { Outcome } from './outcome.ts';
import type { Override } from './overrides.ts';
import { readAppLine, readOperatorLine } from './read-line.ts';
import { type Opening, sectionOf } from './section.ts';

/** A piece as it stands in the configuration. */
export interface PieceText {
  /** Whether it opened its section: `backend shop_10000`. Without that, and without lines, there is no such section. */
  readonly opens: boolean;
  /** Below the line that opens the section, without indentation. Of a server's words: at most one, without `server NAME ADDRESS`. */
  readonly lines: readonly string[];
  /** Lines of old HAProxys, and what stands in their place: nothing where they had no effect any more. */
  readonly translated: readonly { readonly from: string; readonly to: readonly string[] }[];
}

/** Two characters that stood for a line break in the environment only. \r\n ends a line of what a check sends, and in quotes it is meant. */
const BROKEN_LINE = /(?<!\\r|\\)\\n/;

const hasBrokenLine = (text: string): boolean =>
  text.split('\n').some((line) => BROKEN_LINE.test(line.replaceAll(/"[^"]*"|'[^']*'/g, '')) && !/^\s*(?:tcp|http)-check\b/.test(line));

const TOLD_OF_LINES =
  'has the two characters \\n where a line is to end: a label needs a line break there (in JSON \\n, not \\\\n), and a \\n that HAProxy is to see stands in quotes';

/** By hand: a pattern for the \r at the end looks at each \r of the line anew. */
const withoutReturns = (line: string): string => {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  return line.slice(0, end);
};

const linesOf = (text: string): readonly string[] => text.split('\n').map((line) => withoutReturns(line).replace(/^[ \t]+/, ''));

/** Where the section has been opened, and what follows. */
interface Below {
  readonly opens: boolean;
  readonly lines: readonly string[];
}

const belowOpening = (opening: Opening | undefined, lines: readonly string[]): Outcome<Below> => {
  const at = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
  if (opening === undefined || at === -1) return { value: { opens: false, lines: opening === undefined ? lines : [] } };
  const words = wordsOf(lines[at] ?? '');
  if ('wrong' in words) return words;
  const [keyword, name, ...more] = words.value;
  if (keyword !== opening.keyword || name !== opening.name || more.length > 0)
    return { wrong: `must begin with the line \`${opening.keyword} ${opening.name}\`` };
  return { value: { opens: true, lines: lines.slice(at + 1) } };
};

const filledIn = (piece: Piece, text: string, values: FormatValues): Outcome<string> =>
  piece.placeholders === undefined ? { value: text } : formatText(text, values);

const wordsIn = (line: string): Line => {
  const words = wordsOf(line);
  return 'value' in words ? words.value : [];
};

const isOneLine = ({ place }: Piece): boolean => place === 'server' || place === 'server-words';

/**
 * The text that stands in place of a piece, with its placeholders filled in and old words translated. What an app wrote is held to what its piece may
 * hold (see entitled.ts); what the operator wrote is not. Wrong: a phrase that follows the name of the label, the variable or the file.
 */
export const readPiece = (name: PieceName, { text, from }: Override, values: FormatValues, own: Own): Outcome<PieceText> => {
  const piece = pieceOf(name);
  if (from === 'label' && hasBrokenLine(text)) return { wrong: TOLD_OF_LINES };
  const filled = filledIn(piece, text, values);
  if ('wrong' in filled) return filled;
  const below = belowOpening(sectionOf(piece.place, own), linesOf(filled.value));
  if ('wrong' in below) return below;
  const made: string[] = [];
  const translated: { readonly from: string; readonly to: readonly string[] }[] = [];
  for (const line of below.value.lines.filter((one) => one !== '')) {
    const read = from === 'label' ? readAppLine(line, piece.place, own) : readOperatorLine(line, piece.place);
    if ('wrong' in read) return read;
    made.push(...read.value.lines);
    if (read.value.isTranslated) translated.push({ from: line, to: read.value.lines });
  }
  const wrong = from === 'label' ? wholeRefusal(made.map(wordsIn)) : undefined;
  if (wrong !== undefined) return { wrong };
  if (isOneLine(piece) && made.length > 1) return { wrong: 'has more than one line, and stands in the line of a server' };
  return { value: { opens: below.value.opens, lines: made, translated } };
};
