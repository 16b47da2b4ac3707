import { type PieceName, pieceOf } from '../pieces/catalogue.ts';
import type { FormatValues } from '../pieces/format.ts';
import type { FormatValue } from '../pieces/format-value.ts';
import type { Override } from '../pieces/overrides.ts';
import { readPiece } from '../pieces/read-piece.ts';
import type { Translated } from './finding.ts';

/** Around the name of a placeholder, while the text is read: for private use (Unicode), so that no text has them. */
const OPEN = '\uE000';
const CLOSE = '\uE001';

const marked = (name: string): string => `${OPEN}${name}${CLOSE}`;

const CHECK_FIELDS = [
  'protocol',
  'path',
  'portIndex',
  'port',
  'intervalSeconds',
  'timeoutSeconds',
  'maxConsecutiveFailures',
  'gracePeriodSeconds',
];

const valueOf = (name: string): FormatValue =>
  name === 'healthCheck' ? Object.fromEntries(CHECK_FIELDS.map((field) => [field, marked(`healthCheck[${field}]`)])) : marked(name);

/** Each placeholder stands for itself. */
const valuesOf = (names: readonly string[]): FormatValues => Object.fromEntries(names.map((name) => [name, valueOf(name)]));

const unmarked = (line: string, hasPlaceholders: boolean): string => {
  const braced = hasPlaceholders ? line.replaceAll('{', '{{').replaceAll('}', '}}') : line;
  return braced.replaceAll(OPEN, '{').replaceAll(CLOSE, '}');
};

/** Nobody's: what an app may write is judged where its port is built. */
const NOBODY = { servicePort: 0, mode: 'http', folders: [], files: [] } as const;

/** Of a text in words of old HAProxys. */
interface TranslatedText {
  /** The whole text in words that HAProxy has now, with its placeholders. */
  readonly text: string;
  readonly lines: readonly Translated[];
}

/** The text in words of today's HAProxys; undefined: it is so already, or cannot be read, which is told elsewhere. */
export const translatedText = (name: PieceName, { text }: Pick<Override, 'text'>): TranslatedText | undefined => {
  const { placeholders } = pieceOf(name);
  const own = { ...NOBODY, backend: marked('backend') };
  const read = readPiece(name, { text, from: 'environment' }, valuesOf(placeholders ?? []), own);
  if ('wrong' in read || read.value.translated.length === 0) return undefined;
  const back = (line: string): string => unmarked(line, placeholders !== undefined);
  const lines = read.value.translated.map(({ from, to }) => ({ from: back(from), to: to.map(back) }));
  const opening = text.split('\n').find((line) => /^\s*(frontend|backend|userlist)\b/.test(line));
  const body = read.value.lines.map((line) => `  ${back(line.trim())}`);
  return { text: [...(read.value.opens && opening !== undefined ? [opening.trim()] : []), ...body].join('\n'), lines };
};
