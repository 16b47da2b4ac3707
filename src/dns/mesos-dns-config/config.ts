import type { Name } from '../name.ts';
import type { Endpoint } from './endpoint.ts';
import type { Values } from './keys.ts';
import type { MasterLogin, MasterTls } from './login.ts';
import type { ZoneUpstreams } from './zones.ts';
import type { Detection } from './zk.ts';

export type IpSource = 'host' | 'docker' | 'mesos' | 'netinfo';

/** Where names of other zones are asked. */
export interface ForwardConfig {
  /**
   * `listed`: those, in that order. `system`: the nameservers of /etc/resolv.conf (`resolvers` is an empty list). `refuse`: nobody is asked for what no
   * zone covers (`externalon` is off). Without a word about resolvers Mesos-DNS asks 8.8.8.8, and so does who is given its file.
   */
  readonly resolvers:
    { readonly kind: 'listed'; readonly upstreams: readonly Endpoint[] } | { readonly kind: 'system' } | { readonly kind: 'refuse' };
  readonly zones: readonly ZoneUpstreams[];
  /** For one exchange with one upstream. */
  readonly timeoutMs: number;
}

/** Where Mesos is, and how it is asked. */
export interface MastersConfig {
  readonly detection?: Detection;
  /** As listed; asked where detection finds none. */
  readonly masters: readonly Endpoint[];
  readonly refreshMs: number;
  /** A whole answer. */
  readonly stateTimeoutMs: number;
  /** How long no leader may be known before that is told; 0 = for ever. Mesos-DNS ends then, Sluice never does. */
  readonly detectionTimeoutMs: number;
  /** Absent: http. */
  readonly tls?: MasterTls;
  readonly login?: MasterLogin;
}

/** Mesos-DNS's file in Sluice's words. */
export interface MesosDnsConfig {
  /** 'mesos', in lower case, no dot at its end. */
  readonly domain: string;
  readonly domainName: Name;
  /** Absent: the file does not say, and the default is Sluice's, not Mesos-DNS's 60 s. */
  readonly ttlSeconds?: number;
  /**
   * Of the zone's SOA record. `mname` and `rname` end in a dot. `SOAMinttl` and `SOASerial` have no effect, as in Mesos-DNS: the minimum is how long it
   * holds that there is nothing, and what starts now must be found soon.
   */
  readonly soa: {
    readonly mname: string;
    readonly rname: string;
    readonly refreshSeconds: number;
    readonly retrySeconds: number;
    readonly expireSeconds: number;
  };
  readonly srvWeight: number;
  readonly ipSources: readonly IpSource[];
  readonly enforceRfc952: boolean;
  /** UDP and TCP; absent: `dnson` is off. */
  readonly dns?: Endpoint;
  /** The REST API; absent: `httpon` is off. */
  readonly http?: Endpoint;
  /** RA in answers from the own domain. */
  readonly recursionAvailable: boolean;
  readonly setsTruncateBit: boolean;
  /** /v1/enumerate and /v1/axfr are there. */
  readonly isEnumerable: boolean;
  readonly forward: ForwardConfig;
  readonly mesos: MastersConfig;
  /** As they stand in the file, for `configBody`. */
  readonly values: Values;
}
