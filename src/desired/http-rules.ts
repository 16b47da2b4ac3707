/** What happens to requests of a backend, in this order, and to their answers. Each is absent where nobody asked for it. */
export interface HttpRules {
  /** More requests of one client's address are answered 429. */
  readonly rateLimit?: { readonly requests: number; readonly periodMs: number };
  /** Milliseconds that a client may be silent, whichever way it came. */
  readonly clientTimeout?: number;
  /** Pages of which origins may ask from within a browser. */
  readonly cors?: { readonly origins: 'any' | readonly string[] };
  readonly auth?: BasicAuth;
  readonly stripPrefix?: StrippedPrefix;
  /** `/` is answered by 301 to `location`. `hosts`: where it was asked of one of these; empty: of any. '*.example' = any below it. */
  readonly rootRedirect?: { readonly hosts: readonly string[]; readonly location: string };
  /** Sent to servers in place of the Host that the client asked for. */
  readonly host?: string;
  /** Redirects by the app to itself begin with `root`: those whose Location has no host, or one of these. */
  readonly locationRoot?: { readonly hosts: readonly string[]; readonly root: string; readonly keepsRest: boolean };
  /** Strict-Transport-Security. */
  readonly hsts?: true;
}

export interface BasicAuth {
  /** Name of the list that holds the user. */
  readonly userlist: string;
  readonly realm: string;
  readonly user: string;
  /** As crypt(3) makes it. */
  readonly passwordHash: string;
  /** Nobody is asked who comes through these frontends. */
  readonly freeFrontends: readonly string[];
}

/** Cut off from the beginning of the path. */
export interface StrippedPrefix {
  /** Without a slash at its end. */
  readonly prefix: string;
  /** Also where it ends within a word: '/cart' of '/cartoon'. */
  readonly withinWords: boolean;
}
