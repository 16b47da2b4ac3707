import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { nameserversOf, type Place, placeText, withoutListeners } from '../../dns/forward/place.ts';
import { canonicalIp } from '../../kit/ip-address.ts';
import { messageOf } from '../../kit/error.ts';

/** Addresses that this host has now, canonical. */
export const ownAddresses = (): ReadonlySet<string> =>
  new Set(
    Object.values(networkInterfaces())
      .flat()
      .flatMap((one) => canonicalIp(one?.address ?? '') ?? []),
  );

/** Whom this host asks itself. */
export interface SystemResolversOptions {
  /** /etc/resolv.conf. */
  readonly path: string;
  /** Where we listen: nobody is asked there. */
  readonly listeners: readonly Place[];
  /** Whenever it is others than before, and at the start. */
  readonly onChange: (places: readonly Place[]) => void;
  /** The file cannot be read, once for each reason. */
  readonly onTrouble: (because: string) => void;
  /** Between two looks at the file: DHCP may write it anew at any time. Default 10 s. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 10_000;

/** The nameservers of resolv.conf, without ourselves, for as long as it lives. */
export class SystemResolvers {
  readonly #options: SystemResolversOptions;
  readonly #timer: NodeJS.Timeout;
  /** Undefined: nothing yet. */
  #told: string | undefined;
  #seen: string | undefined;
  #trouble: string | undefined;

  constructor(options: SystemResolversOptions) {
    this.#options = options;
    this.#look();
    this.#timer = setInterval(() => this.#look(), options.intervalMs ?? INTERVAL_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { listeners, onChange } = this.#options;
    const places = withoutListeners(nameserversOf(this.#read()), listeners, ownAddresses());
    const seen = places.map(placeText).join(' ');
    const [before, isFirst] = [this.#seen, this.#seen === undefined];
    this.#seen = seen;
    // A file that is being replaced is away or empty for a moment: nobody in it is believed when it was so twice.
    if (seen === this.#told || (seen === '' && before !== '' && !isFirst)) return;
    this.#told = seen;
    onChange(places);
  }

  #read(): string {
    const { path, onTrouble } = this.#options;
    try {
      const text = readFileSync(path, 'utf8');
      this.#trouble = undefined;
      return text;
    } catch (error) {
      const because = `${path} cannot be read: ${messageOf(error)}`;
      if (because !== this.#trouble) onTrouble(because);
      this.#trouble = because;
      return '';
    }
  }
}
