import { SluiceError } from '../kit/error.ts';
import type { PieceName } from '../pieces/catalogue.ts';
import type { FormatValues } from '../pieces/format.ts';
import { type Head, readHead } from '../pieces/head.ts';
import { readPiece } from '../pieces/read-piece.ts';
import type { BuildOptions } from './options.ts';
import { linesEndInTime } from './patience.ts';
import { indented } from './texts/port-texts.ts';

/** Nobody's: what the operator writes is held to nothing. */
const NOBODY = { backend: '', servicePort: 0, mode: 'http', folders: [], files: [] } as const;

const refusal = (name: PieceName, { overrides }: Pick<BuildOptions, 'overrides'>, because: string): SluiceError =>
  new SluiceError(
    'TEMPLATE',
    `${overrides.get(name)?.from === 'file' ? 'the template file' : 'the environment variable'} HAPROXY_${name} ${because}`,
  );

const TOO_PATIENT =
  'has tries of a connection that take too long: `timeout connect` for each of `retries` + 1, and a second between them, must be over in less than 25 s';

const opens = (line: string): boolean => /^frontend\b/.test(line);

/**
 * Lines in place of the binds and the mode of a frontend that all share; undefined: it is as usual. Throws SluiceError TEMPLATE where the text
 * cannot be had: it is the operator's own, and without it his edge would be another one.
 */
export const sharedHead = (
  name: PieceName,
  values: FormatValues,
  options: Pick<BuildOptions, 'overrides'>,
): { readonly texts?: { readonly head: string } } => {
  const override = options.overrides.get(name);
  if (override === undefined) return {};
  const read = readPiece(name, override, values, NOBODY);
  if ('wrong' in read) throw refusal(name, options, read.wrong);
  const lines = read.value.lines.filter((line) => line !== '' && !opens(line.trim()));
  return { texts: { head: indented(lines) } };
};

/** Throws SluiceError TEMPLATE where the operator has a text in place of this one. @param because after its name */
export const refuseOwnHead = (name: PieceName, options: Pick<BuildOptions, 'overrides'>, because: string): void => {
  if (options.overrides.has(name)) throw refusal(name, options, because);
};

/** The operator's text in place of HEAD; undefined: there is none. Throws SluiceError TEMPLATE as above. */
export const headOf = (options: Pick<BuildOptions, 'overrides'>): Head | undefined => {
  const override = options.overrides.get('HEAD');
  if (override === undefined) return undefined;
  const read = readHead(override.text);
  if ('wrong' in read) throw refusal('HEAD', options, read.wrong);
  if (!linesEndInTime(read.value.defaults)) throw refusal('HEAD', options, TOO_PATIENT);
  return read.value;
};
