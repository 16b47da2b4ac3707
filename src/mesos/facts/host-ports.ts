const MOST_PORT = 65_535;

/** A task that takes so many has made a mistake, and no answer could hold them. */
const MOST_PORTS = 1024;

interface Range {
  readonly begin: number;
  readonly end: number;
}

/** Each port once, in order. What is no port is left out. */
export const portsIn = (ranges: readonly Range[]): readonly number[] => {
  const ports = new Set<number>();
  for (const { begin, end } of ranges) {
    for (let port = Math.max(1, begin); port <= Math.min(end, MOST_PORT) && ports.size < MOST_PORTS; port += 1) ports.add(port);
  }
  return [...ports];
};

/** `resources.ports` of the master's state: '[31111-31111, 31115-31117]'; a range may be of one number. */
export const parsePorts = (text: string): readonly number[] =>
  portsIn([...text.matchAll(/(\d+)(?:\s*-\s*(\d+))?/g)].map(([, begin, end]) => ({ begin: Number(begin), end: Number(end ?? begin) })));
