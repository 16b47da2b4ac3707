import { LOOKED_AT, MOST_TRIES, triesOf } from '../pieces/entitlement/regex-tries.ts';
import { regexProblem } from '../pieces/entitlement/regexes.ts';
import { type Parsed, type PortLabel, shown } from './label.ts';

/** Paths by regular expressions: one of them is to match somewhere in the path. */
export interface PathRegex {
  readonly regexes: readonly string[];
  readonly anyCase: boolean;
}

/** Printable ASCII: whatever else there is in a path arrives as %C3%BC. */
const WORD = /^[\x21-\x7e]+$/;

/** Each is tried for each request of the port's hosts, in a thread that many other requests wait for. */
const MOST = 10;

const whyWrong = (regex: string): string | undefined => {
  if (regex.startsWith('-')) return 'it begins with -, and no path does';
  if (!WORD.test(regex)) return 'it has other characters than those of ASCII';
  return (
    regexProblem(regex) ??
    (triesOf(regex, LOOKED_AT) > MOST_TRIES ? 'it may take too long: let it begin with ^, and have fewer of .* and .+ in it' : undefined)
  );
};

const parse = (text: string): Parsed<PathRegex | undefined> => {
  const words = text.split(' ').filter((word) => word !== '');
  const anyCase = words[0] === '-i';
  const regexes = [...new Set(anyCase ? words.slice(1) : words)];
  if (regexes.length === 0) return { wrong: "must be a regular expression for the path, or some separated by blanks, e.g. '^/v[0-9]+/'" };
  if (regexes.length > MOST) return { wrong: `holds ${regexes.length} regular expressions, more than ${MOST}` };
  for (const regex of regexes) {
    const because = whyWrong(regex);
    if (because !== undefined) return { wrong: `${shown(regex)} is a regular expression that may not be: ${because}` };
  }
  const tries = regexes.reduce((sum, regex) => sum + triesOf(regex, LOOKED_AT), 0);
  if (tries > MOST_TRIES) return { wrong: 'holds regular expressions that may take too long together: have fewer of .* and .+ in them' };
  return { value: { regexes, anyCase } };
};

/** HAPROXY_{n}_PATH_REGEX: regular expressions for the path, separated by blanks, after -i in any case. Works together with VHOST only. */
export const pathRegex: PortLabel<PathRegex | undefined> = { name: 'PATH_REGEX', absent: undefined, parse };
