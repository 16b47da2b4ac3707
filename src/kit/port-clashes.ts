/** One address and port to listen on, and the flag that says so. */
export interface Listener {
  readonly flag: string;
  /** IP address, host name, or * for every IPv4 address. */
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
}

const addressesOf = (address: string): readonly string[] => {
  if (address === '*') return ['0.0.0.0'];
  return address === 'localhost' ? ['127.0.0.1', '::1'] : [address.toLowerCase()];
};

/** `::` takes the port from IPv4 too, `0.0.0.0` from all but IPv6. A name may be any address of this machine. */
const covers = (a: string, b: string): boolean => a === b || a === '::' || (a === '0.0.0.0' && (b === '::' || !b.includes(':')));

const overlap = (one: Listener, other: Listener): boolean =>
  addressesOf(one.address).some((a) => addressesOf(other.address).some((b) => covers(a, b) || covers(b, a)));

/** What is wrong with each two that cannot both listen. */
export const portClashes = (listeners: readonly Listener[]): readonly string[] =>
  listeners.flatMap((one, at) =>
    listeners
      .slice(at + 1)
      .filter((other) => one.port !== 0 && one.port === other.port && overlap(one, other))
      .map((other) => `${one.flag} and ${other.flag} are both ${one.port}: give each a port of its own`),
  );
