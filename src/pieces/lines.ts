import type { Outcome } from './outcome.ts';

/** One line of a configuration as HAProxy sees it: words, without quotes, backslashes and comments. Never empty. */
export type Line = readonly string[];

/** HAProxy takes this many words a line (MAX_LINE_ARGS), all versions. */
const MOST_WORDS = 64;

const ESCAPED: Readonly<Record<string, string>> = { ' ': ' ', '\\': '\\', '#': '#', '"': '"', "'": "'", $: '$', t: '\t', r: '\r', n: '\n' };

/** Where a word is: outside of quotes, or in these. */
type Quote = '' | '"' | "'";

interface Reading {
  readonly words: string[];
  /** Undefined: between words. */
  word: string | undefined;
  quote: Quote;
}

/** What a backslash and what follows stand for, and how many characters that are. */
const unescape = (text: string, at: number): Outcome<{ readonly made: string; readonly length: number }> => {
  const next = text[at + 1] ?? '';
  const plain = ESCAPED[next];
  if (plain !== undefined) return { value: { made: plain, length: 2 } };
  // HAProxy leaves all others as they are: \1 and \. of regular expressions.
  if (next !== 'x') return { value: { made: '\\', length: 1 } };
  const hex = /^[0-9a-fA-F]{2}/.exec(text.slice(at + 2))?.[0]?.toLowerCase();
  // Above 7f a byte is no character of its own in UTF-8, in which all is written.
  if (hex === undefined || hex === '00' || hex > '7f') return { wrong: 'has \\x without two hexadecimal digits from 01 to 7f behind it' };
  return { value: { made: String.fromCharCode(parseInt(hex, 16)), length: 4 } };
};

const isQuote = (character: string, { quote }: Reading): boolean =>
  (character === '"' && quote !== "'") || (character === "'" && quote !== '"');

/** HAProxy ends a line at some of them and takes others for blanks: nobody needs them unescaped. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Takes one character, or what belongs together; gives how many characters that were, 0 at a comment. */
const take = (text: string, at: number, reading: Reading): Outcome<number> => {
  const character = text[at] ?? '';
  if (CONTROL.test(character)) return { wrong: 'has a control character' };
  if (reading.quote === '' && (character === ' ' || character === '\t')) {
    if (reading.word !== undefined) reading.words.push(reading.word);
    reading.word = undefined;
    return { value: 1 };
  }
  if (reading.quote === '' && character === '#') return { value: 0 };
  reading.word ??= '';
  if (isQuote(character, reading)) {
    reading.quote = reading.quote === '' ? (character as Quote) : '';
    return { value: 1 };
  }
  if (character === '$' && reading.quote === '"' && /^[A-Za-z_{]/.test(text.slice(at + 1)))
    return { wrong: 'reads the environment with $ in double quotes: write \\$ for a dollar' };
  if (character !== '\\' || reading.quote === "'") {
    reading.word += character;
    return { value: 1 };
  }
  const escaped = unescape(text, at);
  if ('wrong' in escaped) return escaped;
  reading.word += escaped.value.made;
  return { value: escaped.value.length };
};

/** The words of one line, which ends before any line break; none in a line that is blank or a comment. */
export const wordsOf = (text: string): Outcome<readonly string[]> => {
  const reading: Reading = { words: [], word: undefined, quote: '' };
  for (let at = 0; at < text.length;) {
    const taken = take(text, at, reading);
    if ('wrong' in taken) return taken;
    if (taken.value === 0) break;
    at += taken.value;
  }
  if (reading.quote !== '') return { wrong: `has a ${reading.quote} without a second one in its line` };
  if (reading.word !== undefined) reading.words.push(reading.word);
  return reading.words.length > MOST_WORDS ? { wrong: `has a line with more than ${MOST_WORDS} words` } : { value: reading.words };
};

const escapedCharacter = (character: string): string => {
  const letter = { '\n': 'n', '\r': 'r', '\t': 't' }[character];
  if (letter !== undefined) return `\\${letter}`;
  return character < ' ' || character === '\u007f' ? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}` : `\\${character}`;
};

/** What HAProxy would not take as itself outside of quotes. */
// eslint-disable-next-line no-control-regex
const SPECIAL = /[\u0000-\u0020\u007f\\#"']/g;

/** In double quotes only blanks and # lose their meaning, so that such a word stays readable. */
const READABLE = /^[^\\"'$\p{Cc}]*$/u;

/** HAProxy leaves a backslash before anything else as it is: \1 and \. of regular expressions stay readable. */
const PLAIN_BACKSLASH = /^\\[^\s\\#"'$trnx]/;

const wordText = (word: string): string => {
  const escaped = word.replaceAll(SPECIAL, (character, at: number) =>
    PLAIN_BACKSLASH.test(word.slice(at, at + 2)) ? character : escapedCharacter(character),
  );
  return word === '' || (escaped !== word && READABLE.test(word)) ? `"${word}"` : escaped;
};

/** The line that HAProxy reads as these words. */
export const lineText = (line: Line): string => line.map(wordText).join(' ');
