/** A frontend that all apps share, and that may hold rules of one of them. */
export type SharedKind = 'http' | 'https' | 'app-id';

/** One step of the rules of an app. `host` and `path` of a condition: this host, and the paths of the block; without a host: any host of the block. */
export type BlockPart =
  /** Words of whoever overrode a piece of Marathon-LB's configuration: lines of haproxy.cfg. */
  | { readonly kind: 'text'; readonly lines: readonly string[] }
  /** Names a host of the block; '*.example' = any below it. */
  | { readonly kind: 'host'; readonly host: string }
  /** Names the paths of the block. */
  | { readonly kind: 'paths'; readonly tests: readonly PathTest[] }
  /** Names the users of the block. */
  | { readonly kind: 'user' }
  /** Asks for a user. */
  | ({ readonly kind: 'ask'; readonly realm: string } & BlockCondition)
  /** To the same URL by https. `unlessSecure`: not where a trusted balancer says that it was asked for by https. */
  | ({ readonly kind: 'redirect'; readonly httpsPort: number; readonly unlessSecure?: true } & BlockCondition)
  | ({ readonly kind: 'choose' } & BlockCondition);

/** Any of these: what the path begins with, or what matches in it. */
export interface PathTest {
  readonly kind: 'prefix' | 'regex';
  readonly anyCase: boolean;
  readonly patterns: readonly string[];
}

export interface BlockCondition {
  readonly host?: string;
  readonly path?: true;
}

/** Rules that an app has in a shared frontend in place of entries of maps: they are reached in their turn. */
export interface RoutingBlock {
  /** '<frontend>/<backend>'. */
  readonly name: string;
  readonly frontend: SharedKind;
  readonly backend: string;
  /** What its ACLs have in their names: Marathon-LB's {cleanedUpHostname}. */
  readonly acl: string;
  readonly weight: number;
  /** The hosts of the port, without wildcards. Its rules are about these, and about hosts that nobody has. */
  readonly hosts: readonly string[];
  /** Its hosts with a wildcard: what no host or deeper wildcard has comes to them; absent: none. */
  readonly wildcards?: readonly string[];
  /** It is not about hosts that nobody has: see tables/blocks-in-time.ts; absent: it is. */
  readonly ownOnly?: true;
  /** In lower case: the same for requests by app id. */
  readonly appId: string;
  readonly parts: readonly BlockPart[];
}
