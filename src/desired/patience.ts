/** In milliseconds and tries, as in `defaults sluice`. */
const USUAL = { connect: 3000, retries: 5 };

/** Where a `defaults` section names none (HAProxy, all versions). */
const HAPROXYS_RETRIES = 3;

/** Between two tries of one server HAProxy waits so long. */
const TURN_AROUND = 1000;

/** So long after it was retired a server is deleted: no request may be on its way to it then, or HAProxy 2.6 may crash. */
const LONGEST = 25_000;

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Of HAProxy's ways to write a time; without a unit milliseconds. Undefined: it is none. */
const milliseconds = (text: string): number | undefined => {
  const [, number, unit = 'ms'] = /^(\d{1,12})(us|ms|s|m|h|d)?$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? 1);
};

/** The same for lines of a `defaults` section: the last of each counts. */
export const linesEndInTime = (lines: readonly string[]): boolean => {
  const valueOf = (pattern: RegExp): string | undefined => lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).at(-1);
  const retries = valueOf(/^\s*retries\s+(\d+)/);
  const connect = valueOf(/^\s*timeout\s+connect\s+(\S+)/);
  return endsInTime(connect === undefined ? undefined : milliseconds(connect), Number(retries ?? HAPROXYS_RETRIES));
};

/** Whether a request has found a server, or none, before one that was retired is deleted. `connect`: milliseconds; undefined: as usual. */
export const endsInTime = (connect: number = USUAL.connect, retries: number = USUAL.retries): boolean =>
  (retries + 1) * connect + retries * TURN_AROUND < LONGEST;

/** As many tries as usual, or as many as end in time where each may last that long. `connect`: milliseconds. */
export const retriesFor = (connect: number): number => {
  let retries = USUAL.retries;
  while (retries > 0 && !endsInTime(connect, retries)) retries -= 1;
  return retries;
};
