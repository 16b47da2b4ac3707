import { parseInteger, type PortLabel } from './label.ts';

/** HAPROXY_{n}_BACKEND_WEIGHT: the heavier of two routes that fit a request wins. Absent or 0: 1 with PATH, 0 without. */
export const backendWeight: PortLabel<number> = { name: 'BACKEND_WEIGHT', absent: 0, parse: (text) => parseInteger(text, -999999, 999999) };
