import { parseDuration } from './duration.ts';
import type { Parsed, PortLabel } from './label.ts';

/** So many requests of one address in a period. */
export interface RateLimit {
  readonly requests: number;
  readonly periodMs: number;
}

const MOST_REQUESTS = 1_000_000;
const parsePeriod = parseDuration('1s', '1h');

const parse = (text: string): Parsed<RateLimit | undefined> => {
  const [, count = '0', period = ''] = /^([1-9]\d{0,6})\/(.*)$/s.exec(text) ?? [];
  const requests = Number(count);
  const parsed = parsePeriod(period);
  if (requests > 0 && requests <= MOST_REQUESTS && 'value' in parsed) return { value: { requests, periodMs: parsed.value } };
  return { wrong: `must be REQUESTS/PERIOD, 1 to ${MOST_REQUESTS} in 1s to 1h, e.g. '100/10s'` };
};

/** HAPROXY_{n}_RATE_LIMIT: requests of one client address in a period; more are answered 429 (http only). */
export const rateLimit: PortLabel<RateLimit | undefined> = { name: 'RATE_LIMIT', absent: undefined, parse };
