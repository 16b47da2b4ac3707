import { refusalOf } from './entitled.ts';
import type { Place } from './catalogue.ts';
import type { Own } from './entitlement/own.ts';
import { type Line, lineText, wordsOf } from './lines.ts';
import type { Outcome } from './outcome.ts';
import { type Half, translateLine } from './translate.ts';

/** What became of one line. */
export interface ReadLine {
  readonly lines: readonly string[];
  /** Not the words that were written. */
  readonly isTranslated: boolean;
}

const HALVES: Readonly<Partial<Record<Place, Half>>> = {
  frontend: 'frontend',
  'frontend-rules': 'frontend',
  'shared-frontend': 'frontend',
  'vhost-frontend': 'frontend',
  'http-rules': 'frontend',
  'https-rules': 'frontend',
  'app-id-rules': 'frontend',
  backend: 'backend',
  'backend-body': 'backend',
};

const LEFT_OUT: ReadLine = { lines: [], isTranslated: true };

/** Sluice writes the access log of all requests, and reads what HAProxy says of them: an app's own format would end that. */
const ABOUT_THE_LOG = new Set(['httplog', 'httpslog', 'tcplog', 'logasap']);

const isAboutTheLog = (words: Line): boolean => {
  const [option, name = ''] = words[0] === 'no' ? words.slice(1) : words;
  return option === 'option' && ABOUT_THE_LOG.has(name);
};

/** A line of the operator stays as it is where HAProxy still takes it: it may read the environment, and whatever else we do not understand. */
export const readOperatorLine = (text: string, place: Place): Outcome<ReadLine> => {
  const asWritten: Outcome<ReadLine> = { value: { lines: [text], isTranslated: false } };
  const words = wordsOf(text);
  if ('wrong' in words) return asWritten;
  const translation = translateLine(words.value, HALVES[place]);
  if ('wrong' in translation) return translation;
  const [first] = translation.lines;
  return first === words.value ? asWritten : { value: { lines: translation.lines.map(lineText), isTranslated: true } };
};

/** A line of an app is held to what its piece may hold, and written anew: HAProxy then reads exactly the words that were looked at. */
export const readAppLine = (text: string, place: Place, own: Own): Outcome<ReadLine> => {
  const words = wordsOf(text);
  if ('wrong' in words) return words;
  if (words.value.length === 0) return { value: { lines: [], isTranslated: false } };
  if (isAboutTheLog(words.value)) return { value: LEFT_OUT };
  const translation = translateLine(words.value, HALVES[place]);
  if ('wrong' in translation) return translation;
  for (const line of translation.lines) {
    const wrong = refusalOf(line, place, own);
    if (wrong !== undefined) return { wrong };
  }
  return { value: { lines: translation.lines.map(lineText), isTranslated: translation.lines[0] !== words.value } };
};
