import { ALGORITHMS_TOLD, isAlgorithm } from '../pieces/balance.ts';
import type { Parsed, PortLabel } from './label.ts';

const parse = (text: string): Parsed<string> => {
  const words = text.trim().split(/ +/).join(' ');
  return isAlgorithm(words) ? { value: words } : { wrong: `must be ${ALGORITHMS_TOLD}` };
};

/** HAPROXY_{n}_BALANCE: HAProxy's `balance` and its parameters. */
export const balance: PortLabel<string> = { name: 'BALANCE', absent: 'roundrobin', parse };
