import { type Parsed, type PortLabel, shown } from './label.ts';

/** Characters of a path (RFC 3986) without quotes and ';', which end a word on HAProxy's socket. */
const PREFIX = /^\/[A-Za-z0-9/._~!$&()*+,=:@%-]*$/;

/** Host and prefix travel to HAProxy in one command, and a command has 16 KiB for all that is sent at once. */
const LONGEST = 1000;

const parse = (text: string): Parsed<readonly string[]> => {
  const words = text.split(' ').filter((word) => word !== '');
  const flag = words.find((word) => word.startsWith('-'));
  if (flag !== undefined) return { wrong: `the flag ${shown(flag)} is not supported: give path prefixes only, e.g. '/cart /basket'` };
  const bad = words.find((word) => !PREFIX.test(word));
  if (bad !== undefined)
    return {
      wrong: `${shown(bad)} is not a path prefix: it begins with / and holds letters, digits and /._~!$&()*+,=:@%- only, e.g. '/cart'`,
    };
  const long = words.find((word) => word.length > LONGEST);
  if (long !== undefined) return { wrong: `${shown(long)} is longer than ${LONGEST} characters` };
  return { value: [...new Set(words)] };
};

/** HAPROXY_{n}_PATH: path prefixes separated by blanks; the longest that fits a request wins. Works together with VHOST only. */
export const path: PortLabel<readonly string[] | undefined> = { name: 'PATH', absent: undefined, parse };
