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

/** What else it could be, for whoever wrote something else. */
export const ALGORITHMS_TOLD =
  'a load balancing algorithm of HAProxy: roundrobin, static-rr, leastconn, first, source, random, random(N) with N up to 32, uri, url_param NAME, hdr(NAME), rdp-cookie';

/** Whether an app may have these words behind `balance`, one blank between them: by its label BALANCE as in a text. */
export const isAlgorithm = (words: string): boolean => words.length <= LONGEST && ALGORITHMS.some((algorithm) => algorithm.test(words));
