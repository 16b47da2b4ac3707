import { parseBoolean, type PortLabel } from './label.ts';

/** HAPROXY_{n}_ENABLED: false takes the port out. Absent: enabled, but not with --strict-mode. */
export const enabled: PortLabel<boolean | undefined> = { name: 'ENABLED', absent: undefined, parse: parseBoolean };
