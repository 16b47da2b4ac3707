import { Networks } from './networks.ts';

/** Addresses that nobody on the internet has (RFC 1918, 6598, 3927, 4193, 4291): who asks from there is near. */
const NEAR_NETWORKS: readonly string[] = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
  ...['::1', 'fc00::/7', 'fe80::/10'],
];

/** Of a network as it is given: '0.0.0.0/0' is the whole internet. */
const isEverybody = (network: string): boolean => network.endsWith('/0');

/**
 * Who is answered. An edge machine has a leg in the internet: answered there, a resolver is a weapon (small questions from false addresses, large
 * answers to others), and names and addresses of a cluster are a map of it. So it is near networks alone, unless others are named; and other
 * people's names are asked upstream for no one who is let in by a network that is everybody.
 */
export class Access {
  readonly #names: Networks;
  readonly #others: Networks;
  readonly #transfers: Networks;

  /** @param allow undefined: near networks */
  constructor(allow: readonly string[] | undefined, transferAllow: readonly string[]) {
    const names = allow ?? NEAR_NETWORKS;
    this.#names = new Networks(names);
    this.#others = new Networks([...names.filter((network) => !isEverybody(network)), ...(names.some(isEverybody) ? NEAR_NETWORKS : [])]);
    this.#transfers = new Networks(transferAllow);
  }

  mayAsk(address: string): boolean {
    return this.#names.has(address);
  }

  /** Names that are not ours. */
  mayAskOthers(address: string): boolean {
    return this.#others.has(address);
  }

  mayTransfer(address: string): boolean {
    return this.#transfers.has(address);
  }
}
