import type { Line } from '../lines.ts';

/** Each connection has room for all of them. */
const MOST = 16;

/** Why these lines together capture too much; undefined: they do not. */
export const capturesRefusal = (lines: readonly Line[]): string | undefined =>
  lines.filter(([directive]) => directive === 'capture' || directive === 'declare').length > MOST
    ? `captures or declares more than ${MOST} times`
    : undefined;
