import { compare } from '../kit/compare.ts';

/** A port with virtual hosts, as Marathon-LB's rules were made of it. */
export interface RuledPort {
  readonly appId: string;
  /** Its id, or that of its deployment group. */
  readonly servedAs: string;
  readonly portIndex: number;
  /** After HAPROXY_{n}_PORT. */
  readonly servicePort: number;
  readonly backend: string;
  readonly hosts: readonly string[];
  /** Path prefixes; empty: every path. */
  readonly prefixes: readonly string[];
  /** Of BACKEND_WEIGHT, or what stands for it. */
  readonly weight: number;
  /** HAPROXY_{n}_BACKEND_WEIGHT as it is; absent: it is not set. */
  readonly weightLabel?: string | undefined;
  readonly asksForPassword: boolean;
  readonly redirects: boolean;
}

const MAP_WEIGHT = -1;

/** With --haproxy-map: whether it is an entry of the map, and no rule. */
const isInMap = ({ hosts, prefixes, asksForPassword, redirects }: RuledPort): boolean =>
  prefixes.length === 0 && !asksForPassword && (hosts.length === 1 || !redirects);

const byName = (a: RuledPort, b: RuledPort): number => compare(a.servedAs, b.servedAs) || a.servicePort - b.servicePort;

/**
 * All ports in the order in which Marathon-LB (1.15) asked them: weight, then app id, then service port, whatever their paths. With maps the one rule that
 * looks into the map stands where weight -1 stands, and what comes behind it was never asked.
 */
export const inOrderThere = (ports: readonly RuledPort[], hasMaps: boolean): readonly RuledPort[] => {
  const placed = ports.map((port) => ({ port, weight: hasMaps && isInMap(port) ? MAP_WEIGHT : port.weight }));
  const isReached = ({ port, weight }: (typeof placed)[number]): boolean => !hasMaps || weight >= MAP_WEIGHT || isInMap(port);
  const anyInMap = placed.some(({ port }) => isInMap(port));
  return placed
    .filter((one) => !anyInMap || isReached(one))
    .sort((a, b) => b.weight - a.weight || byName(a.port, b.port))
    .map(({ port }) => port);
};

const fits = ({ prefixes }: RuledPort, path: string): boolean =>
  prefixes.length === 0 || prefixes.some((prefix) => path.startsWith(prefix));

/** Who got a request for this path of a host. @param ports those of the host, in their order */
export const winnerThere = (ports: readonly RuledPort[], path: string): RuledPort | undefined => ports.find((port) => fits(port, path));
