import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { nameserversOf, type Place, withoutListeners } from '../dns/forward/place.ts';
import type { Name } from '../dns/name.ts';
import { canonicalIp } from '../kit/ip-address.ts';
import type { AskOthers, Client } from './answering.ts';
import { Forwarder, type ForwardFigures } from './forward/forwarder.ts';
import type { ForwardOptions } from './forward/options.ts';

/** Plain data: it goes between processes. */
export interface OthersOptions {
  readonly forward: ForwardOptions;
  /** Where we listen ourselves: nobody is asked there. */
  readonly listen: readonly Place[];
  /** A resolv.conf whose nameservers are asked, looked at again now and then; absent: those of `forward` alone. */
  readonly resolvConf?: string;
}

const LOOK_EVERY_MS = 5000;

const ownAddresses = (): ReadonlySet<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((of = []) => of.flatMap(({ address }) => canonicalIp(address) ?? [])));

/** Asks others about names that are not ours, never ourselves. */
export class Others implements AskOthers {
  readonly #options: OthersOptions;
  readonly #forwarder: Forwarder;

  constructor(options: OthersOptions) {
    const { forward } = options;
    const { routes } = forward;
    this.#options = options;
    const zones = routes.zones.map(({ zone, upstreams }) => ({ zone, upstreams: this.#notOurs(upstreams) }));
    this.#forwarder = new Forwarder({ ...forward, routes: { ...routes, zones, resolvers: this.#notOurs(routes.resolvers) } });
    if (options.resolvConf !== undefined) this.#follow(options.resolvConf);
  }

  async ask(query: Buffer, question: { readonly name: Name; readonly type: number }, client: Client): Promise<Uint8Array> {
    return this.#forwarder.ask(query, question, client);
  }

  async complete(reply: Buffer, query: Buffer, target: Name, client: Client): Promise<Uint8Array> {
    return this.#forwarder.complete(reply, query, target, client);
  }

  figures(): ForwardFigures {
    return this.#forwarder.figures();
  }

  #notOurs(places: readonly Place[]): readonly Place[] {
    return withoutListeners(places, this.#options.listen, ownAddresses());
  }

  #follow(path: string): void {
    const look = async (): Promise<void> => {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      // One that is being replaced: who was asked before is asked still.
      if (text !== undefined) this.#forwarder.setResolvers(this.#notOurs(nameserversOf(text)));
    };
    void look();
    setInterval(() => void look(), LOOK_EVERY_MS);
  }
}
