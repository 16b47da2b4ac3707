import type { Parsed, PortLabel } from './label.ts';

/** HAProxy 2.6 configuration manual, section 4.2, `balance`. Parameters are held to what cannot end the word or the line. */
const ALGORITHMS: readonly RegExp[] = [
  /^(roundrobin|static-rr|leastconn|first|source|random)$/,
  // Each draw is a walk through the tree of servers, for every request: hundreds of them would eat the CPU that all share.
  /^random\(([1-9]|[12]\d|3[0-2])\)$/,
  /^uri( (whole|path-only|len [1-9]\d{0,4}|depth [1-9]\d{0,4}))*$/,
  /^url_param [A-Za-z0-9_.[\]-]{1,64}( check_post( \d{1,6})?)?$/,
  /^hdr\([A-Za-z0-9_-]{1,64}\)( use_domain_only)?$/,
  /^rdp-cookie(\([A-Za-z0-9_-]{1,64}\))?$/,
];

const LONGEST = 200;

const parse = (text: string): Parsed<string> => {
  const words = text.trim().split(/ +/).join(' ');
  if (words.length <= LONGEST && ALGORITHMS.some((algorithm) => algorithm.test(words))) return { value: words };
  return {
    wrong:
      'must be a load balancing algorithm of HAProxy: roundrobin, static-rr, leastconn, first, source, random, random(N) with N up to 32, uri, url_param NAME, hdr(NAME), rdp-cookie',
  };
};

/** HAPROXY_{n}_BALANCE: HAProxy's `balance` and its parameters. */
export const balance: PortLabel<string> = { name: 'BALANCE', absent: 'roundrobin', parse };
