import type { Page } from '../kit/page.ts';
import type { Head } from '../pieces/head.ts';
import type { GuardedHost } from './host-tls.ts';
import type { HttpRules } from './http-rules.ts';
import type { RoutingBlock } from './routing-block.ts';

/**
 * What HAProxy should be, in HAProxy's words. No Marathon word here: everything below this room sees only these types.
 * Collections are keyed, for changes that cost as much as what changed; they are sorted where they are rendered.
 */
export interface Desired {
  readonly globals: Globals;
  /** Named `defaults` sections that backends take from, by name. */
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly frontends: ReadonlyMap<string, Frontend>;
  readonly backends: ReadonlyMap<string, Backend>;
  /** Map files by name ('routes'): key -> value. See MAPS in maps.ts. */
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** What holds for the whole process. A change of any of it is a reload. */
export interface Globals {
  /** Absolute directory of the sockets. */
  readonly runDir: string;
  readonly maxConnections: number;
  /** A worker that was replaced is ended after this long, connections or not. */
  readonly hardStopAfterSeconds: number;
  /** As whom workers serve; absent: as Sluice. */
  readonly workers?: { readonly uid: number; readonly gid: number };
  /** What is written as `option` in the section that all others take from. */
  readonly defaultOptions: readonly string[];
  /** An operator's text in place of what is usual here, in `defaults sluice` and beside them; absent: none. */
  readonly head?: Pick<Head, 'global' | 'defaults' | 'others'>;
  /** Answered with 503 where no server can, and for hosts that nobody has; absent: HAProxy's own. */
  readonly sorryPage?: Page;
  /** Digest of the texts of all templates: another template is another config. */
  readonly templatesDigest: string;
}

export type Mode = 'http' | 'tcp';

/** How HAProxy checks a server. `host`: asked for in HTTP/1.1; absent: HTTP/1.0 without a Host. */
export type Check = { readonly kind: 'tcp' } | { readonly kind: 'http'; readonly path: string; readonly host?: string };

/** Everything about a backend that HAProxy can only be told in a `defaults` section or by a reload. Equal content, equal name. */
export interface Profile {
  /** '<mode>_<balance>_<digest>'. */
  readonly name: string;
  readonly mode: Mode;
  /** Value of `balance`. */
  readonly balance: string;
  /** Name of the cookie that keeps a client on its server. */
  readonly cookieName?: string;
  readonly check?: Check & { readonly timeoutSeconds: number };
  readonly timeouts?: Timeouts;
  /** How often a connection to a server is tried again; absent: as in `defaults sluice`. */
  readonly retries?: number;
  /** Addresses and networks of clients that are let in; absent: all. */
  readonly allowedFrom?: readonly string[];
  readonly http?: HttpRules;
  /** Answered with 503 where no server can; absent: as in `defaults sluice`. */
  readonly sorryPage?: Page;
  /** How long answers take is counted, server by server: apps that replace each other are compared by it. */
  readonly times?: true;
  /** What frontends let through of X-Forwarded-Proto and -Port is a trusted balancer's, and stays. */
  readonly trustsProxies?: true;
  /**
   * What stands in place of pieces of Marathon-LB's configuration: lines by the piece's name. Most of it is not allowed in `defaults`: with any
   * of them all of the profile stands in the section of its one backend.
   */
  readonly texts?: Readonly<Record<string, string>>;
}

/** Milliseconds; what is absent is as in `defaults sluice`. */
export interface Timeouts {
  readonly connect?: number;
  readonly queue?: number;
  readonly server?: number;
  readonly tunnel?: number;
}

/** What all server lines of a backend share and the runtime API cannot change on an existing server. */
export interface ServerOptions {
  readonly check?: {
    readonly intervalSeconds: number;
    /** Failures in a row until a server is down. */
    readonly fall: number;
    /** Fixed port to check; absent: the server's own. */
    readonly port?: number;
    /** Each server has a port of its own that is checked: see `Server.checkPort`. */
    readonly portOfServer?: true;
    /** Checked over TLS; whose certificate it is does not matter. `name`: the one that is asked for, if any. */
    readonly tls?: { readonly name?: string };
    /** Asked by HTTP/1, whatever else the servers speak; absent: by what they speak. */
    readonly proto?: 'h1';
  };
  /** Requests or connections that a server gets at once; absent: any number. */
  readonly maxConnections?: number;
  /** HTTP/2 from the first byte on; absent: HTTP/1. */
  readonly proto?: 'h2';
  /** Words in place of those of the check, and whatever else somebody wants there; absent: none. */
  readonly text?: string;
}

export interface Backend {
  readonly name: string;
  readonly profile: Profile;
  readonly serverOptions: ServerOptions;
  /** Digest of profile and serverOptions: what HAProxy must have been given for this backend, read back from the map 'backends'. */
  readonly shape: string;
  /** In the order in which Marathon-LB gave out their ids: agent, port, address. */
  readonly servers: readonly Server[];
  /** Of tasks that are about to end and still answer: they serve on for as long as none of `servers` does. */
  readonly ending: readonly Server[];
  /** Weights and states are by shares; absent: each server counts for one. */
  readonly isShared?: true;
  /** The backend that it stands beside, for some of its requests; absent: none. */
  readonly beside?: string;
  /** With `beside`: the one app whose tasks are its servers. */
  readonly ofApp?: string;
  /** Only who asks for its colour comes here: its requests say nothing about the app's share. */
  readonly isPreview?: true;
}

/** ready: takes traffic; drain: only clients that belong to it; maint: none, running requests end. */
export type ServerState = 'ready' | 'drain' | 'maint';

/** Exactly what the runtime API can change or give to a new server. */
export interface Server {
  readonly name: string;
  /** 1 to 32766, unique in its backend; always given explicitly. */
  readonly id: number;
  readonly address: string;
  readonly port: number;
  /** 0 to 256. */
  readonly weight: number;
  /** Port that is checked; absent: as its options say. */
  readonly checkPort?: number;
  readonly state: ServerState;
  /** Cookie value, where the profile has a cookie. */
  readonly cookie?: string;
  /** Has a check and was not seen healthy yet: down until its first check passes. */
  readonly startsDown: boolean;
}

/** A user of HAProxy's own. */
export interface Login {
  readonly user: string;
  readonly password: string;
  /** The password is a hash as of crypt(3). */
  readonly isHash: boolean;
}

export interface Bind {
  /** '*' or an IP address. */
  readonly address: string;
  readonly port: number;
  readonly ssl?: {
    /** Files or directories with certificate and key, in order, of which the first is the default; or all that is in CERTIFICATE_LIST. */
    readonly certificates: readonly string[] | 'list';
    /** Absent: HAProxy's own choice. */
    readonly alpn?: string;
  };
  /** Further words, as an app gave them. */
  readonly options?: readonly string[];
  /** Absolute paths among all this that HAProxy reads itself, and that are an app's choice. */
  readonly files?: readonly string[];
}

/** What stands in place of pieces of Marathon-LB's configuration in the frontend of a service port: lines below the one that opens it. */
export interface FrontendTexts {
  /** Binds and mode. */
  readonly head?: string;
  /** What leads to the backend. */
  readonly glue?: string;
}

/** Rules of a frontend in order: the first that finds a backend wins. */
export type Route =
  /**
   * Host and path by the map `routes`. `wildcardLevels`: after how many labels, counted from the right, hosts with a wildcard in use begin,
   * most first: '*.shop.example' = 2, '*' = 0. `redirect`: backends in the map `redirects` are reached by https only.
   */
  | { readonly kind: 'host-and-path'; readonly wildcardLevels: readonly number[]; readonly redirect?: { readonly httpsPort: number } }
  /** The value of a request header, in lower case, by a map. */
  | { readonly kind: 'header'; readonly header: string; readonly map: string }
  | { readonly kind: 'always'; readonly backend: string };

/** TLS that is not ended here: what stands before the frontend of decrypted requests and gives connections out by the name that clients ask for. */
export interface Passthrough {
  /** Absolute path of the socket by which the others come to that frontend. */
  readonly socket: string;
  /** The same as workers see it. */
  readonly socketForWorkers: string;
  /** As whom they open it; absent: as Sluice. */
  readonly socketOwner?: { readonly uid: number; readonly gid: number };
  /** Connections at once: each of those that are decrypted counts twice. */
  readonly maxConnections: number;
  /** As in a route, of the names in the map `passthrough`. */
  readonly wildcardLevels: readonly number[];
}

type FrontendKind = 'http' | 'https' | 'app-id' | 'service' | 'stats';

export interface Frontend {
  readonly name: string;
  /** Which template renders it. */
  readonly kind: FrontendKind;
  readonly mode: Mode;
  readonly binds: readonly Bind[];
  /** Milliseconds that a client may be silent; absent: as in `defaults sluice`. */
  readonly clientTimeout?: number;
  /** Absent: what comes through it is not logged. */
  readonly accessLog?: true;
  /** Of the statistics: who may see them; absent: everybody who reaches them. */
  readonly login?: Login;
  /** Of the statistics: the socket behind which Sluice answers what HAProxy cannot tell itself, as workers see its path. */
  readonly endpoints?: string;
  /** Networks whose X-Forwarded-Proto and -Port are believed; from others they are removed. Absent: nothing is believed or removed. */
  readonly trustedProxies?: readonly string[];
  /** Networks from which connections begin with the PROXY protocol; absent: none. */
  readonly acceptProxyFrom?: readonly string[];
  /** Of https: see there; absent: what is bound is decrypted. */
  readonly passthrough?: Passthrough;
  readonly routes: readonly Route[];
  /** Of the https frontend: hosts with a say in who reaches them, see Guard; absent: none. */
  readonly guarded?: readonly GuardedHost[];
  /** Requests may be led to one colour of a deployment group; absent: none of its apps is in one. */
  readonly colours?: true;
  /** Of a service port; absent: it is as usual. */
  readonly texts?: FrontendTexts;
  /** Of a frontend that all share: rules of apps in the order in which they are asked; absent: none. */
  readonly blocks?: readonly RoutingBlock[];
}
