import type { Parsed } from './label.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const inMs = (text: string): number | undefined => {
  const [, count, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit] as number);
};

/** A time with its unit, between two others, in milliseconds. */
export const parseDuration =
  (least: string, most: string) =>
  (text: string): Parsed<number> => {
    const value = inMs(text);
    const isIn = value !== undefined && value >= (inMs(least) as number) && value <= (inMs(most) as number);
    return isIn ? { value } : { wrong: `must be a time from ${least} to ${most} with its unit (ms, s, m, h or d), e.g. '30s'` };
  };
