import { messageOf, systemCodeOf } from '../kit/error.ts';
import { type Address, addressText } from './address.ts';
import type { Answering } from './answering.ts';
import type { Counts } from './counts.ts';
import { expanded } from './own-addresses.ts';
import { TCP_LIMITS, type TcpLimits, TcpListener } from './tcp.ts';
import { UdpListener } from './udp.ts';

/** One address, as it is now. Plain data. */
export interface ListenerState extends Address {
  /** Why nobody is answered there; absent: it listens, by UDP and by TCP. */
  readonly problem?: string;
}

interface ListenersOptions {
  readonly listen: readonly Address[];
  readonly answering: Answering;
  readonly counts: Counts;
  readonly tcpLimits?: TcpLimits;
  /** Something listens, or does not any more. */
  readonly onChange: () => void;
}

interface Pair {
  readonly udp: UdpListener;
  readonly tcp: TcpListener;
}

/** How often what could not be had is tried again, and addresses of this host are looked at: they come and go (keepalived). */
const LOOK_EVERY_MS = 2000;
/** Of a port that is free by TCP: whether it is by UDP too is found by trying. */
const TRIES_OF_ANY_PORT = 10;

const why = (error: unknown, { address, port }: Address): string => {
  switch (systemCodeOf(error)) {
    case 'EADDRINUSE':
      return `another program listens there: stop it, or give another --dns-listen (ss -lnup 'sport = :${port}' says which one)`;
    case 'EACCES':
      return `Sluice may not listen on port ${port}: run it as root, or allow it by CAP_NET_BIND_SERVICE or net.ipv4.ip_unprivileged_port_start`;
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this host now: it is tried again`;
    default:
      return messageOf(error);
  }
};

/** UDP and TCP at every address that is wanted and can be had. */
export class Listeners {
  readonly #options: ListenersOptions;
  readonly #open = new Map<string, Pair>();
  #states: readonly ListenerState[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #looking: Promise<void>;

  constructor(options: ListenersOptions) {
    this.#options = options;
    this.#looking = this.#look();
  }

  get states(): readonly ListenerState[] {
    return this.#states;
  }

  get connectionCount(): number {
    return this.#open.values().reduce((count, { tcp }) => count + tcp.connectionCount, 0);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
    for (const key of [...this.#open.keys()]) await this.#closeOne(key);
  }

  #lookAgain(): void {
    this.#looking = this.#look();
  }

  async #look(): Promise<void> {
    const wanted = new Map(expanded(this.#options.listen).map((address) => [addressText(address), address]));
    for (const key of [...this.#open.keys()]) if (!wanted.has(key)) await this.#closeOne(key);
    const states: ListenerState[] = [];
    for (const [key, address] of wanted) states.push(await this.#state(key, address));
    const hasChanged = JSON.stringify(states) !== JSON.stringify(this.#states);
    this.#states = states;
    if (hasChanged) this.#options.onChange();
    if (!this.#isClosed) this.#timer = setTimeout(() => this.#lookAgain(), LOOK_EVERY_MS);
  }

  async #state(key: string, address: Address): Promise<ListenerState> {
    try {
      const pair = this.#open.get(key) ?? (await this.#openPair(address));
      this.#open.set(key, pair);
      return { address: address.address, port: pair.udp.port };
    } catch (error) {
      return { ...address, problem: why(error, address) };
    }
  }

  async #openPair(wanted: Address): Promise<Pair> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#openAt(wanted);
      } catch (error) {
        if (wanted.port !== 0 || tries >= TRIES_OF_ANY_PORT) throw error;
      }
    }
  }

  async #openAt({ address, port }: Address): Promise<Pair> {
    const { answering, counts, tcpLimits: limits = TCP_LIMITS } = this.#options;
    const tcp = await TcpListener.open({ address, port }, { answering, counts, limits });
    try {
      return { tcp, udp: await UdpListener.open({ address, port: tcp.port }, { answering, counts }) };
    } catch (error) {
      await tcp.close();
      throw error;
    }
  }

  async #closeOne(key: string): Promise<void> {
    const pair = this.#open.get(key);
    this.#open.delete(key);
    await Promise.all([pair?.udp.close(), pair?.tcp.close()]);
  }
}
