import type { Parsed, PortLabel } from './label.ts';

/** Characters of HAProxy's options for `bind`, and none that ends or joins words there. */
const WORD = /^[A-Za-z0-9_.,:!+@=/*-]{1,1000}$/;
/** A line of haproxy.cfg has 64. */
const MOST = 40;

const parse = (text: string): Parsed<readonly string[]> => {
  const words = text.split(' ').filter((word) => word !== '');
  const isRight = words.length <= MOST && words.every((word) => WORD.test(word));
  return isRight
    ? { value: words }
    : { wrong: `must be options of HAProxy's bind without quotes, ${MOST} words at most, e.g. 'accept-proxy'` };
};

/** HAPROXY_{n}_BIND_OPTIONS: further words for the `bind` of the service port. */
export const bindOptions: PortLabel<readonly string[]> = { name: 'BIND_OPTIONS', absent: [], parse };
