import { BlockList } from 'node:net';

/** Whoever asks from more addresses than this has them looked up each time. */
const MOST_KNOWN = 10_000;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');

/** Addresses and networks, asked for each question. */
export class Networks {
  readonly #list = new BlockList();
  readonly #known = new Map<string, boolean>();

  /** @param networks each an IP address or ADDRESS/LENGTH, in canonical form */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = '', length] = network.split('/');
      if (length === undefined) this.#list.addAddress(address, familyOf(address));
      else this.#list.addSubnet(address, Number(length), familyOf(address));
    }
  }

  /** @param address an IP address, as a socket tells it */
  has(address: string): boolean {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    // Without the interface of a link-local one.
    const [plain = ''] = address.split('%');
    const has = this.#list.check(plain, familyOf(plain));
    this.#known.set(address, has);
    return has;
  }
}
