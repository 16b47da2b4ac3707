import type { Parsed, PortLabel } from './label.ts';

/** Characters of a path (RFC 3986) without quotes and ';', which end a word on HAProxy's socket. */
const PREFIX = /^\/[A-Za-z0-9/._~!$&()*+,=:@%-]*$/;

const parse = (text: string): Parsed<readonly string[]> => {
  const words = text.split(' ').filter((word) => word !== '');
  const flag = words.find((word) => word.startsWith('-'));
  if (flag !== undefined) return { wrong: `the flag ${flag} is not supported: give path prefixes only, e.g. '/cart /basket'` };
  const bad = words.find((word) => !PREFIX.test(word));
  if (bad !== undefined)
    return { wrong: `'${bad}' is not a path prefix: it begins with / and holds letters, digits and /._~!$&()*+,=:@%- only, e.g. '/cart'` };
  return { value: [...new Set(words)] };
};

/** HAPROXY_{n}_PATH: path prefixes separated by blanks; the longest that fits a request wins. Works together with VHOST only. */
export const path: PortLabel<readonly string[] | undefined> = { name: 'PATH', absent: undefined, parse };
