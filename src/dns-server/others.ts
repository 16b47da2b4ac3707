import { type Place, placeText, withoutListeners } from '../dns/forward/place.ts';
import type { Name } from '../dns/name.ts';
import type { AskOthers, Client } from './answering.ts';
import { Forwarder, type ForwardFigures } from './forward/forwarder.ts';
import type { ForwardOptions } from './forward/options.ts';
import { ownAddresses, SystemResolvers } from './forward/system-resolvers.ts';

/** Plain data: it goes between processes. */
export interface OthersOptions {
  readonly forward: ForwardOptions;
  /** Where we listen ourselves: nobody is asked there. */
  readonly listen: readonly Place[];
  /** A resolv.conf whose nameservers are asked in place of the resolvers of `forward`, looked at again now and then. */
  readonly resolvConf?: string;
}

type Warn = (message: string, fields: object) => void;

/** Without ourselves, which is told. */
const honest = (places: readonly Place[], listen: readonly Place[], warn: Warn): readonly Place[] => {
  const others = withoutListeners(places, listen, ownAddresses());
  for (const place of places)
    if (!others.includes(place))
      warn('a resolver is this responder itself, and is not asked: name another one', { resolver: placeText(place) });
  return others;
};

/** Asks others about names that are not ours, never ourselves. */
export class Others implements AskOthers {
  readonly #forwarder: Forwarder;
  readonly #system: SystemResolvers | undefined;

  constructor({ forward, listen, resolvConf }: OthersOptions, warn: Warn) {
    const { routes } = forward;
    const zones = routes.zones.map(({ zone, upstreams }) => ({ zone, upstreams: honest(upstreams, listen, warn) }));
    this.#forwarder = new Forwarder({ ...forward, routes: { ...routes, zones, resolvers: honest(routes.resolvers, listen, warn) } });
    this.#system = resolvConf === undefined ? undefined : this.#follow(resolvConf, listen, warn);
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

  close(): void {
    this.#system?.close();
    this.#forwarder.close();
  }

  #follow(path: string, listeners: readonly Place[], warn: Warn): SystemResolvers {
    const onChange = (places: readonly Place[]): void => {
      this.#forwarder.setResolvers(places);
      if (places.length === 0)
        warn('resolv.conf names nobody but this host itself: questions about other names are refused', { file: path });
    };
    return new SystemResolvers({
      path,
      listeners,
      onChange,
      onTrouble: (because) => warn('the resolvers of this host are not known', { because }),
    });
  }
}
