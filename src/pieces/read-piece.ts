import { type Piece, type PieceName, pieceOf } from './catalogue.ts';
import type { Own } from './entitlement/own.ts';
import { refusalOf } from './entitled.ts';
import { type FormatValues, formatText } from './format.ts';
import { type Line, lineText, wordsOf } from './lines.ts';
import type { Outcome } from './outcome.ts';
import type { Override } from './overrides.ts';
import { type Opening, sectionOf } from './section.ts';
import { translateLine } from './translate.ts';

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

const brokenLine = (text: string): boolean =>
  text.split('\n').some((line) => BROKEN_LINE.test(line.replaceAll(/"[^"]*"|'[^']*'/g, '')) && !/^\s*(?:tcp|http)-check\b/.test(line));

const TOLD_OF_LINES =
  "has the two characters \\n where a line is to end: write a line break (in JSON \\n once escaped, not \\\\n), and HAProxy's own \\n in quotes";

const linesOf = (text: string): readonly string[] => text.split('\n').map((line) => line.replace(/\r+$/, '').trim());

interface Draft {
  opens: boolean;
  readonly lines: string[];
  readonly translated: { readonly from: string; readonly to: readonly string[] }[];
}

/** Text of the operator may read the environment, and whatever else HAProxy understands and we do not: it stays as it is. */
const takeOperatorLine = (text: string, draft: Draft): string | undefined => {
  const words = wordsOf(text);
  if ('wrong' in words) {
    draft.lines.push(text);
    return undefined;
  }
  return takeWords(words.value, text, draft, undefined);
};

const takeWords = (
  words: Line,
  text: string,
  draft: Draft,
  refuse: ((line: Line) => string | undefined) | undefined,
): string | undefined => {
  const translation = translateLine(words);
  if ('wrong' in translation) return translation.wrong;
  for (const line of translation.lines) {
    const refusal = refuse?.(line);
    if (refusal !== undefined) return refusal;
  }
  const unchanged = translation.lines.length === 1 && translation.lines[0] === words;
  // What an app wrote is written anew: HAProxy then reads exactly the words that were looked at.
  const made = unchanged && refuse === undefined ? [text] : translation.lines.map(lineText);
  if (!unchanged) draft.translated.push({ from: text, to: made });
  draft.lines.push(...made);
  return undefined;
};

/** Sluice writes the access log of all requests, and reads what HAProxy says of them: an app's own format would end that. */
const ABOUT_THE_LOG = new Set(['httplog', 'httpslog', 'tcplog', 'logasap']);

const isAboutTheLog = (words: Line): boolean =>
  ABOUT_THE_LOG.has((words[0] === 'option' ? words[1] : words[2]) ?? '') && words.includes('option');

const takeLine = (text: string, draft: Draft, refuse: ((line: Line) => string | undefined) | undefined): string | undefined => {
  if (refuse === undefined) return takeOperatorLine(text, draft);
  const words = wordsOf(text);
  if ('wrong' in words) return words.wrong;
  if (words.value.length === 0) return undefined;
  if (!isAboutTheLog(words.value)) return takeWords(words.value, text, draft, refuse);
  draft.translated.push({ from: text, to: [] });
  return undefined;
};

const opened = (opening: Opening | undefined, lines: readonly string[], draft: Draft): Outcome<readonly string[]> => {
  if (opening === undefined) return { value: lines };
  const at = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
  if (at === -1) return { value: [] };
  const words = wordsOf(lines[at] ?? '');
  if ('wrong' in words) return words;
  const [keyword, name, ...more] = words.value;
  if (keyword !== opening.keyword || name !== opening.name || more.length > 0)
    return { wrong: `must begin with the line \`${opening.keyword} ${opening.name}\`` };
  draft.opens = true;
  return { value: lines.slice(at + 1) };
};

const filledIn = (piece: Piece, text: string, values: FormatValues): Outcome<string> =>
  piece.placeholders === undefined ? { value: text } : formatText(text, values);

/**
 * The text that stands in place of a piece, with its placeholders filled in and old words translated. What an app wrote is held to what its piece may
 * hold (see entitled.ts); what the operator wrote is not. Wrong: a phrase that follows the name of the label, the variable or the file.
 */
// ts-unused-exports:disable-next-line
export const readPiece = (name: PieceName, { text, from }: Override, values: FormatValues, own: Own): Outcome<PieceText> => {
  const piece = pieceOf(name);
  if (from === 'label' && brokenLine(text)) return { wrong: TOLD_OF_LINES };
  const filled = filledIn(piece, text, values);
  if ('wrong' in filled) return filled;
  const draft: Draft = { opens: false, lines: [], translated: [] };
  const lines = opened(sectionOf(piece.place, own), linesOf(filled.value), draft);
  if ('wrong' in lines) return lines;
  const refuse = from === 'label' ? (line: Line) => refusalOf(line, piece.place, own) : undefined;
  for (const line of lines.value) {
    const wrong = line === '' ? undefined : takeLine(line, draft, refuse);
    if (wrong !== undefined) return { wrong };
  }
  const mayHaveMany = piece.place !== 'server' && piece.place !== 'server-words';
  return mayHaveMany || draft.lines.length < 2 ? { value: draft } : { wrong: 'has more than one line, and stands in the line of a server' };
};
