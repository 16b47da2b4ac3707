import { messageOf, systemCodeOf } from '../../kit/error.ts';
import { type Address, addressText } from '../address.ts';
import type { ListenerState } from '../listeners.ts';
import { openRest, type Rest, type RestOptions } from './open-rest.ts';

export interface RestListenersOptions {
  readonly listen: readonly Address[];
  readonly rest: Omit<RestOptions, 'listen'>;
  /** Something listens that did not, or the other way round. */
  readonly onChange: () => void;
}

/** How often what could not be had is tried again. */
const TRY_EVERY_MS = 2000;

const why = (error: unknown, { address, port }: Address): string => {
  switch (systemCodeOf(error)) {
    case 'EADDRINUSE':
      return `another program listens there, perhaps a Mesos-DNS: stop it, or give another --dns-http-listen (ss -lntp 'sport = :${port}' says which one)`;
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this host now: it is tried again`;
    default:
      return messageOf(error);
  }
};

/** The REST interface at every address that is wanted and can be had; what cannot is tried again. */
export class RestListeners {
  readonly #options: RestListenersOptions;
  readonly #open = new Map<string, Rest>();
  #states: readonly ListenerState[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #looking: Promise<void>;

  constructor(options: RestListenersOptions) {
    this.#options = options;
    this.#looking = this.#look();
  }

  get states(): readonly ListenerState[] {
    return this.#states;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await Promise.all(this.#open.values().map((rest) => rest.close()));
  }

  #lookAgain(): void {
    this.#looking = this.#look();
  }

  async #look(): Promise<void> {
    const states: ListenerState[] = [];
    for (const address of this.#options.listen) states.push(await this.#state(address));
    const hasChanged = JSON.stringify(states) !== JSON.stringify(this.#states);
    this.#states = states;
    if (hasChanged) this.#options.onChange();
    const isWanting = states.some(({ problem }) => problem !== undefined);
    if (isWanting && !this.#isClosed) this.#timer = setTimeout(() => this.#lookAgain(), TRY_EVERY_MS);
  }

  async #state(address: Address): Promise<ListenerState> {
    const key = addressText(address);
    try {
      const rest =
        this.#open.get(key) ?? (await openRest({ ...this.#options.rest, listen: { host: address.address, port: address.port } }));
      this.#open.set(key, rest);
      return { address: address.address, port: Number(new URL(rest.url).port) };
    } catch (error) {
      return { ...address, problem: why(error, address) };
    }
  }
}
