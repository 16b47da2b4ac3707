import { type Place, placeText, withoutListeners } from '../../dns/forward/place.ts';
import type { RouteOptions } from '../../dns/forward/routes.ts';
import type { Name } from '../../dns/name.ts';
import { Forwarder } from './forwarder.ts';
import type { ForwardLimits } from './options.ts';
import { ownAddresses, SystemResolvers } from './system-resolvers.ts';

/** Whom we ask, as it is set. Plain data: it goes between processes. */
export interface OthersOptions {
  /** `system`: the nameservers of /etc/resolv.conf; `refuse`: nobody is asked for what no zone covers. */
  readonly resolvers:
    { readonly kind: 'listed'; readonly upstreams: readonly Place[] } | { readonly kind: 'system' } | { readonly kind: 'refuse' };
  readonly zones: RouteOptions['zones'];
  /** For one exchange with one of them. */
  readonly timeoutMs: number;
  /** Where we listen: whoever is asked there is ourselves, and left out. */
  readonly listeners: readonly Place[];
  /** Names of ours that nobody else may be asked: see `RouteOptions`. */
  readonly neverAsked: readonly Name[];
  readonly setsTruncateBit: boolean;
  readonly limits?: Partial<ForwardLimits>;
  /** Default /etc/resolv.conf. */
  readonly resolvConf?: string;
}

/** A forwarder, and what looks after whom it asks. */
export interface Others {
  readonly forwarder: Forwarder;
  readonly close: () => void;
}

type Warn = (message: string, fields: object) => void;

/** Without ourselves, which is told. */
const honest = (places: readonly Place[], listeners: readonly Place[], warn: Warn): readonly Place[] => {
  const others = withoutListeners(places, listeners, ownAddresses());
  for (const place of places)
    if (!others.includes(place))
      warn('a resolver is this responder itself, and is not asked: name another one', { resolver: placeText(place) });
  return others;
};

/** Undefined: nobody is to be asked for anything. */
export const openOthers = (options: OthersOptions, warn: Warn): Others | undefined => {
  const { resolvers, zones, listeners, resolvConf = '/etc/resolv.conf', ...rest } = options;
  if (resolvers.kind === 'refuse' && zones.length === 0) return undefined;
  const listed = resolvers.kind === 'listed' ? honest(resolvers.upstreams, listeners, warn) : [];
  const routes = {
    neverAsked: options.neverAsked,
    resolvers: listed,
    zones: zones.map(({ zone, upstreams }) => ({ zone, upstreams: honest(upstreams, listeners, warn) })),
  };
  const forwarder = new Forwarder({ ...rest, routes });
  if (resolvers.kind !== 'system') return { forwarder, close: () => forwarder.close() };
  const system = new SystemResolvers({
    path: resolvConf,
    listeners,
    onChange: (places) => {
      forwarder.setResolvers(places);
      if (places.length === 0)
        warn('resolv.conf names nobody but this host itself: questions about other names are refused', { file: resolvConf });
    },
    onTrouble: (because) => warn('the resolvers of this host are not known', { because }),
  });
  return {
    forwarder,
    close: () => {
      system.close();
      forwarder.close();
    },
  };
};
