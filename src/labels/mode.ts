import type { Parsed, PortLabel } from './label.ts';

const parse = (text: string): Parsed<'http' | 'tcp'> => {
  const mode = text.toLowerCase();
  return mode === 'http' || mode === 'tcp' ? { value: mode } : { wrong: 'must be http or tcp' };
};

/** HAPROXY_{n}_MODE: http or tcp. Absent: http with an HTTP health check or a VHOST, else tcp. */
export const mode: PortLabel<'http' | 'tcp' | undefined> = { name: 'MODE', absent: undefined, parse };
