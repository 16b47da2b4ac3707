import type { Overrides } from '../pieces/overrides.ts';
import type { Frontend, Login, Passthrough } from './desired.ts';

/** What the operator chose, as far as it shapes Desired. */
export interface BuildOptions {
  /** --group: which apps are taken; '*' = all. */
  readonly groups: readonly string[];
  /** --strict-mode: ports need HAPROXY_{n}_ENABLED=true. */
  readonly strictMode: boolean;
  /** --compat. strict: what Marathon-LB did, also where it was a mistake that somebody may rely on. */
  readonly compat: 'fixed' | 'strict';
  /** --health-check: only tasks that Marathon has seen healthy, in apps that define checks. */
  readonly healthCheck: boolean;
  /** Service ports for apps that have an address for each task and name none, both ends included; undefined: they get none. */
  readonly autoPorts?: { readonly min: number; readonly max: number } | undefined;
  /** The app that this load balancer is itself: it is not served. */
  readonly ownAppId?: string | undefined;
  /** Not --dont-bind-http-https. */
  readonly bindHttpHttps: boolean;
  /** --group-https-by-vhost: BIND_OPTIONS hold for the hosts of a port on the https frontend too; absent: they do not. */
  readonly groupHttpsByVhost?: boolean;
  /** Not --dont-bind-service-ports. */
  readonly bindServicePorts: boolean;
  /** What is put behind a backend's name to name its listener: '' as Marathon-LB did, where HAProxy lets a frontend be named as a backend. */
  readonly listenerSuffix: string;
  /** Whether HAProxy can be told how long to wait for a client when it knows whose request it is; absent: no. */
  readonly clientTimeouts?: boolean;
  /** --bind-address: address of every listener that has no own; '*' = all. */
  readonly bindAddress: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly statsPort: number;
  /** --stats-bind; absent: `bindAddress`. */
  readonly statsAddress?: string | undefined;
  /** --stats-auth. */
  readonly statsLogin?: Login | undefined;
  /** Socket behind which Sluice answers on the statistics port, as HAProxy's workers see its path; absent: it does not. */
  readonly endpoints?: string | undefined;
  readonly appIdPort: number;
  /** --trusted-proxies; absent: nobody is asked, and nothing removed. */
  readonly trustedProxies?: readonly string[];
  /** --accept-proxy; absent: from nobody. */
  readonly acceptProxyFrom?: readonly string[];
  /** --tls-passthrough; absent: all TLS on the https port is ended here. */
  readonly passthrough?: Omit<Passthrough, 'wildcardLevels'>;
  /** --access-log. */
  readonly accessLog?: boolean;
  /** Of the control API; undefined: it has none, or none that is known before it listens. */
  readonly apiPort: number | undefined;
  /** IP addresses of this host besides loopback, in canonical form; absent: none is known. */
  readonly ownAddresses?: ReadonlySet<string>;
  /** What the operator has in place of Marathon-LB's templates, for all apps. */
  readonly overrides: Overrides;
  /** Absolute paths of files and folders whose files labels may name: certificates, authorities; absent: none. */
  readonly appFiles?: readonly string[];
  /** What labels may call otherwise: by the name of a file, where it is. */
  readonly movedFiles?: ReadonlyMap<string, string>;
  /** Certificates of the https frontend: files or directories where they are, or copies in a list beside the configuration (CERTIFICATE_LIST). */
  readonly certificates: readonly string[] | 'list';
}

/** Part of a frontend for HTTP: whose word about the client's connection is believed. */
export const trusting = ({ trustedProxies = [] }: BuildOptions): Pick<Frontend, 'trustedProxies'> =>
  trustedProxies.length === 0 ? {} : { trustedProxies };

/** Part of a frontend that carries traffic of apps. */
export const loggedAs = ({ accessLog }: BuildOptions): Pick<Frontend, 'accessLog'> => (accessLog === true ? { accessLog } : {});
