import type { Gate } from './gate.ts';
import { type Counters, RESPONSE_TIME_BOUNDS } from './observation.ts';
import { percentile } from './percentile.ts';
import { allowedBy, COUNTED, FEWEST, type Rate, rateOf, type Said, shown } from './rate.ts';

/**
 * What one Sluice alone says of a gate that passes for all of them together. Who counts many good requests that there were not, or has a thousand times
 * the traffic of another one, must not hide what that one sees.
 */

/** What one Sluice has counted. */
export interface Alone {
  readonly sluice: string;
  readonly fresh: Counters;
  readonly old: Counters;
}

/** More than chance makes of what is allowed: by three deviations, and three more for where requests are few. @param part 0 to 1 of them */
const isClearlyMore = (count: number, part: number, requests: number): boolean => {
  const expected = requests * part;
  return requests >= FEWEST && part < 1 && count > expected + 3 * Math.sqrt(expected * (1 - part)) + 3;
};

const rateAlone = (gate: Rate, { fresh, old }: Alone): string | undefined => {
  const { key, word } = COUNTED[gate.kind];
  const allowed = allowedBy(gate, old, old[key]);
  const requests = Math.max(fresh.requests, fresh[key]);
  if (!isClearlyMore(fresh[key], allowed / 100, requests)) return undefined;
  return `${word} ${shown(rateOf(fresh, fresh[key]))} of ${requests} requests, at most ${shown(allowed)}`;
};

const sumOf = (times: readonly number[]): number => times.reduce((sum, count) => sum + count, 0);

const p95Of = (times: readonly number[]): number | undefined => percentile(times, RESPONSE_TIME_BOUNDS, 0.95);

const timesAlone = (
  { maxMs = Infinity, maxFactor }: Extract<Gate, { readonly kind: 'p95' }>,
  { fresh, old }: Alone,
): string | undefined => {
  const [times, before] = [fresh.responseTimes ?? [], old.responseTimes ?? []];
  const byFactor = maxFactor === undefined || sumOf(before) < FEWEST ? Infinity : maxFactor * (p95Of(before) ?? Infinity);
  const allowed = Math.min(maxMs, byFactor);
  const slower = times.filter((_, at) => (RESPONSE_TIME_BOUNDS[at - 1] ?? 0) >= allowed);
  if (!isClearlyMore(sumOf(slower), 0.05, sumOf(times))) return undefined;
  return `p95 ${Math.round(p95Of(times) ?? 0)} ms, at most ${Math.round(allowed)} ms`;
};

const failing = (gate: Gate, alone: Alone): string | undefined => {
  if (gate.kind === 'p95') return timesAlone(gate, alone);
  return gate.kind === 'errors' || gate.kind === 'connection-errors' ? rateAlone(gate, alone) : undefined;
};

/** What all together say of a gate, unless one alone clearly says that it fails. */
export const evenAlone = (gate: Gate, said: Said, each: readonly Alone[]): Said => {
  if (said.outcome !== 'passed' || each.length < 2) return said;
  const whys = each.flatMap((alone) => {
    const why = failing(gate, alone);
    return why === undefined ? [] : [`Sluice ${alone.sluice} alone: ${why}`];
  });
  return whys.length === 0 ? said : { outcome: 'failed', because: whys.join('; ') };
};
