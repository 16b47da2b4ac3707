/** First and last of some ports that follow each other. */
export type PortRange = readonly [first: number, last: number];

/** '8080,9090-9092', as the kernel writes it. */
const rangesIn = (list: string): readonly PortRange[] =>
  list
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return [first, last];
    });

const overlap = ([a, b]: PortRange, [c, d]: PortRange): boolean => a <= d && c <= b;

const isWithin = ([a, b]: PortRange, reserved: readonly PortRange[]): boolean => reserved.some(([c, d]) => c <= a && b <= d);

export const portText = ([first, last]: PortRange): string => (first === last ? `${first}` : `${first}-${last}`);

/**
 * Those that an outgoing connection may be given before they are listened on.
 * @param taken from which connections are given ports: net.ipv4.ip_local_port_range
 * @param reserved those that are left out: net.ipv4.ip_local_reserved_ports
 */
export const portsAtRisk = (wanted: readonly PortRange[], taken: PortRange, reserved: string): readonly PortRange[] =>
  wanted.filter((range) => overlap(range, taken) && !isWithin(range, rangesIn(reserved)));
