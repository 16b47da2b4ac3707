import { ConfigRefused } from '../haproxy/diagnostics.ts';
import { inShort } from '../isolation/refusal-words.ts';
import type { Check } from '../isolation/rendered.ts';
import { digest } from '../kit/digest.ts';

/** Path in the generation -> bytes. */
type Files = ReadonlyMap<string, Buffer>;

/** What is tried -> the line of a configuration that uses it. */
type Uses = ReadonlyMap<string, string>;

const HEAD = ['global', '  default-path config', 'defaults', '  mode http', '  timeout connect 1s', '  timeout client 1s']
  .concat('  timeout server 1s', 'listen certificates', '  bind 127.0.0.1:1')
  .map((line) => `${line}\n`);

/** Why HAProxy does not take these lines: for each that it names, else for all together; undefined: it takes them. */
const whyNot = async (
  check: Check,
  uses: Uses,
  files: Files,
): Promise<{ readonly named: ReadonlyMap<string, string>; readonly together: string } | undefined> => {
  const path = 'haproxy.cfg';
  const config = { path, bytes: Buffer.from([...HEAD, ...uses.values().map((line) => `${line}\n`)].join('')) };
  try {
    await check([config, ...[...files].map(([name, bytes]) => ({ path: name, bytes }))]);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error;
    const keys = [...uses.keys()];
    const alerts = error.diagnostics.filter(({ severity }) => severity === 'alert');
    const words = (message: string): string => `HAProxy refuses it: ${inShort(message)}`;
    const named = alerts.flatMap(({ file, line = 0, message }) => {
      const key = file?.endsWith(path) === true ? keys[line - HEAD.length - 1] : undefined;
      return key === undefined ? [] : [[key, words(message)] as const];
    });
    // Of two about one line the first says why.
    return { named: new Map(named.reverse()), together: words(alerts[0]?.message ?? error.message) };
  }
};

/** All wait for the reload meanwhile. What is not found by then is by the next try. */
const MOST_CHECKS = 12;

/** HAProxy names the lines that it does not take, up to 50 at once. Where it names none it is asked for halves. */
const refusedOf = async (check: Check, uses: Uses, files: Files): Promise<ReadonlyMap<string, string>> => {
  const refused = new Map<string, string>();
  const toAsk: Uses[] = [uses];
  for (let checks = 0; checks < MOST_CHECKS; checks += 1) {
    const asked = toAsk.pop();
    if (asked === undefined) break;
    const why = asked.size === 0 ? undefined : await whyNot(check, asked, files);
    if (why === undefined) continue;
    const [[only] = ['']] = asked;
    const found = why.named.size === 0 && asked.size === 1 ? new Map([[only, why.together]]) : why.named;
    for (const [key, words] of found) refused.set(key, words);
    const rest = [...asked].filter(([key]) => !found.has(key));
    const middle = found.size > 0 ? 0 : rest.length >>> 1;
    toAsk.push(...[rest.slice(0, middle), rest.slice(middle)].filter(({ length }) => length > 0).map((half) => new Map(half)));
  }
  return refused;
};

/** As HAProxy reads it: with its key, or authorities that are asked about others; undefined: it says nothing by itself. */
const useOf = (name: string, files: Files): string | undefined => {
  const pem = `${files.get(name)?.toString('latin1') ?? ''}${files.get(`${name}.key`)?.toString('latin1') ?? ''}`;
  if (pem.includes('PRIVATE KEY-----')) return `  bind 127.0.0.1:1 ssl crt ${name}`;
  // A list of what was taken back is nothing without its authorities.
  return pem.includes('X509 CRL-----') ? undefined : `  server s${digest(name)} 127.0.0.1:1 ssl verify required ca-file ${name}`;
};

/** Which of these certificates HAProxy does not take, and why: name -> its words. By a bounded number of checks: it may be that there are more. */
export const refusedCertificates = async (check: Check, names: readonly string[], files: Files): Promise<ReadonlyMap<string, string>> => {
  const uses = names.flatMap((name) => {
    const use = useOf(name, files);
    return use === undefined ? [] : [[name, use] as const];
  });
  return refusedOf(check, new Map(uses), files);
};

/** Which of these options of lines in the list HAProxy does not take, and why. By a bounded number of checks: it may be that there are more. */
export const refusedOptions = async (
  check: Check,
  options: readonly string[],
  certificate: string,
  files: Files,
): Promise<ReadonlyMap<string, string>> => {
  const listOf = (text: string): string => `certs/trial-${digest(text)}.list`;
  const lists = options.map((text) => [listOf(text), Buffer.from(`${certificate} [${text}] trial.invalid\n`)] as const);
  const uses = options.map((text) => [text, `  bind 127.0.0.1:1 ssl crt-list ${listOf(text)}`] as const);
  return refusedOf(check, new Map(uses), new Map([...files, ...lists]));
};
