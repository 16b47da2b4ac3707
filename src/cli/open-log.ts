import { type DestinationStream, type Logger, pino } from 'pino';
import { LogLimit, type LogLimitOptions } from './log-limit.ts';
import { printableJson } from './printable.ts';
import { shortLine } from './short-line.ts';

/** A hundred lines a second are more than anybody reads; what was said a hundred times in a minute is known. */
const LIMITS = { sameLines: 100, lines: 6000, windowMs: 60_000 };
const INFO = 30;

const appIdOf = (first: unknown): string =>
  typeof first === 'object' && first !== null && 'appId' in first && typeof first.appId === 'string' ? first.appId : '';

/**
 * The log of a Sluice that runs: JSON, a line each of bounded length, on standard output. What is said again and again is left out and counted; who asks for
 * `debug` or `trace` gets all of those.
 */
export const openLog = (level: string, destination?: DestinationStream, limits: Omit<LogLimitOptions, 'onLeftOut'> = LIMITS): Logger => {
  const onLeftOut: LogLimitOptions['onLeftOut'] = (leftOut) =>
    unlimited.warn({ leftOut, seconds: limits.windowMs / 1000 }, 'lines were left out');
  const limit = new LogLimit({ ...limits, onLeftOut });
  const streamWrite = (line: string): string => `${shortLine(printableJson(line.trimEnd()))}\n`;
  const make = (hooks: pino.LoggerOptions['hooks']): Logger =>
    destination === undefined
      ? pino({ level, hooks: { ...hooks, streamWrite } })
      : pino({ level, hooks: { ...hooks, streamWrite } }, destination);
  const unlimited = make({});
  return make({
    logMethod(args, method, number) {
      const [first, second] = args as readonly unknown[];
      const message = [first, second].find((arg) => typeof arg === 'string') ?? '';
      if (number < INFO || limit.allows(message, appIdOf(first))) method.apply(this, args);
    },
  });
};
