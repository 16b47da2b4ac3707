/**
 * When an app was deployed, as it stands in HAPROXY_DEPLOYMENT_STARTED_AT. zdd.py wrote the time of its host without a zone, and Marathon-LB can compare
 * such times only: so does this, and the difference of two is what counts.
 */

/** Milliseconds on a scale of its own; earlier than every date where there is none. */
export const readStartedAt = (text: string | undefined): number => {
  const [, day = '', time = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?/.exec(text ?? '') ?? [];
  const ms = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(ms) ? Number.NEGATIVE_INFINITY : ms;
};

const minutesMs = 60_000;

/** '2026-11-22T15:14:50.123000': now by the clock of this host, and later than this: another host may be in another zone. */
export const writeStartedAt = (now: Date, after: string | undefined): string => {
  const here = now.getTime() - now.getTimezoneOffset() * minutesMs;
  return new Date(Math.max(here, readStartedAt(after) + 1)).toISOString().replace('Z', '000');
};
