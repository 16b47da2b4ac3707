import { ConfigRefused } from '../haproxy/diagnostics.ts';
import { inShort } from '../isolation/refusal-words.ts';
import type { Check } from '../isolation/rendered.ts';
import { digest } from '../kit/digest.ts';

/** Path in the generation -> bytes. */
type Files = ReadonlyMap<string, Buffer>;

/** As HAProxy reads it: with its key, or authorities that are asked about others. */
const useOf = (name: string, files: Files): string => {
  const pem = `${files.get(name)?.toString('latin1') ?? ''}${files.get(`${name}.key`)?.toString('latin1') ?? ''}`;
  if (pem.includes('PRIVATE KEY-----')) return `  bind 127.0.0.1:1 ssl crt ${name}`;
  // A list of what was taken back says nothing without its authorities.
  return pem.includes('X509 CRL-----') ? '' : `  server s${digest(name)} 127.0.0.1:1 ssl verify required ca-file ${name}`;
};

const configWith = (lines: readonly string[]): string =>
  ['global', '  default-path config', 'defaults', '  mode http', '  timeout connect 1s', '  timeout client 1s', '  timeout server 1s']
    .concat('listen certificates', '  bind 127.0.0.1:1', ...lines, '')
    .join('\n');

/** Why HAProxy does not take these lines together; undefined: it does. */
const whyNot = async (check: Check, lines: readonly string[], files: Files): Promise<string | undefined> => {
  const config = { path: 'haproxy.cfg', bytes: Buffer.from(configWith(lines)) };
  try {
    await check([config, ...[...files].map(([path, bytes]) => ({ path, bytes }))]);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error;
    const alert = error.diagnostics.find(({ severity }) => severity === 'alert');
    return `HAProxy refuses it: ${inShort(alert?.message ?? error.message)}`;
  }
};

const TRIAL_LIST = 'certs/trial.list';

/** Which of these options of lines in the list HAProxy does not take, and why. Asked one by one: there are few of a kind. */
export const refusedOptions = async (
  check: Check,
  options: readonly string[],
  certificate: string,
  files: Files,
): Promise<ReadonlyMap<string, string>> => {
  const refused = new Map<string, string>();
  for (const text of options) {
    const list = Buffer.from(`${certificate} [${text}] trial.invalid\n`);
    const because = await whyNot(check, [`  bind 127.0.0.1:1 ssl crt-list ${TRIAL_LIST}`], new Map([...files, [TRIAL_LIST, list]]));
    if (because !== undefined) refused.set(text, because);
  }
  return refused;
};

/**
 * Which of these certificates HAProxy does not take, and why: name -> its words. Asked of all together, and in halves where that is refused: a few
 * checks for each that is wrong.
 */
export const refusedCertificates = async (check: Check, names: readonly string[], files: Files): Promise<ReadonlyMap<string, string>> => {
  const [name] = names;
  if (name === undefined) return new Map();
  const because = await whyNot(
    check,
    names.map((one) => useOf(one, files)),
    files,
  );
  if (because === undefined) return new Map();
  if (names.length === 1) return new Map([[name, because]]);
  const middle = names.length >>> 1;
  const halves = [names.slice(0, middle), names.slice(middle)];
  const found: (readonly [string, string])[] = [];
  for (const half of halves) found.push(...(await refusedCertificates(check, half, files)));
  return new Map(found);
};
