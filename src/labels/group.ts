import type { PortLabel } from './label.ts';

/** A comma list, taken as it is: Marathon-LB does not trim. */
export const parseGroups = (text: string): readonly string[] => text.split(',');

/** HAPROXY_{n}_GROUP: load balancers that take this port, in place of HAPROXY_GROUP. Empty = not set. */
export const group: PortLabel<readonly string[]> = {
  name: 'GROUP',
  absent: [],
  parse: (text) => ({ value: text === '' ? [] : parseGroups(text) }),
};
