import type { Gate, GateResult } from './gate.ts';
import type { Counters } from './observation.ts';

/** With less nothing is failed before its time: one error in three requests says little. */
export const FEWEST = 20;

/** What is said of a gate. */
export type Said = Omit<GateResult, 'gate'>;

/** A rate for people: two digits of it. */
export const shown = (percent: number): string => `${Number(percent.toPrecision(2))} %`;

/** In percent of the requests. Never more than all, whatever another Sluice tells. */
export const rateOf = (counters: Counters, count: number): number => (count === 0 ? 0 : (100 * count) / Math.max(counters.requests, count));

export type Rate = Extract<Gate, { readonly kind: 'errors' | 'connection-errors' }>;

interface Counted {
  readonly key: 'errors5xx' | 'connectionErrors';
  /** For people. */
  readonly word: string;
}

/** What a gate of a rate counts. */
export const COUNTED: { readonly [K in Rate['kind']]: Counted } = {
  errors: { key: 'errors5xx', word: '5xx' },
  'connection-errors': { key: 'connectionErrors', word: 'connection errors' },
};

/** One error of the old one is always taken for granted: nothing is a multiple of none. */
export const allowedBy = (gate: Rate, old: Counters, count: number): number => {
  const byFactor = gate.maxFactor === undefined || old.requests === 0 ? Infinity : gate.maxFactor * rateOf(old, Math.max(1, count));
  return Math.min(gate.maxPercent ?? Infinity, byFactor);
};
