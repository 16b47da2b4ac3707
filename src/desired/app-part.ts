import type { Problem } from '../kit/problem.ts';
import type { Task } from '../model/task.ts';
import type { Backend, Frontend } from './desired.ts';
import type { HostTlsClaim } from './host-tls.ts';
import type { RoutingBlock } from './routing-block.ts';

/** What one app wants of HAProxy. What it gets is decided where the parts of all apps meet: see assembly.ts. */
export interface AppPart {
  readonly appId: string;
  /** What became of each service port, by index. */
  readonly ports: readonly PortFate[];
  readonly backends: readonly Claim<Backend>[];
  /** Whose the servers are; absent: it has none of its own. */
  readonly places?: readonly PortPlaces[];
  /** Listeners on service ports. */
  readonly listeners: readonly Claim<Frontend>[];
  readonly routes: readonly Claim<RouteClaim>[];
  /** Hosts whose TLS connections are wanted as they are; absent: none. */
  readonly passthrough?: readonly Claim<HostClaim>[];
  /** What the app-id frontend leads to. */
  readonly byId?: Claim<IdRoute>;
  /** Certificates and options for hosts on the https frontend; absent: none. */
  readonly hosts?: readonly Claim<HostTlsClaim>[];
  /** Rules in shared frontends, in place of routes; absent: none. */
  readonly blocks?: readonly Claim<RoutingBlock>[];
  /** How requests come to backends of one colour; absent: there are none. */
  readonly colours?: readonly Claim<ColourEntry>[];
  readonly problems: readonly Problem[];
}

/** The tasks behind the servers of a backend, those too that are ending. */
export interface PortPlaces {
  readonly backend: string;
  /** `name`: of the server. */
  readonly servers: readonly { readonly name: string; readonly appId: string; readonly task: Pick<Task, 'id'> }[];
}

/** A line of an old HAProxy in a text, and what stands in its place: nothing where it had no effect any more. */
export interface TranslatedLine {
  /** Of the template that the text is in place of: 'BACKEND_HTTP_OPTIONS'. */
  readonly piece: string;
  readonly from: string;
  readonly to: readonly string[];
}

export type PortFate =
  /** `of`: the app whose definition the backend is made of, where that is another one of its deployment group. */
  | {
      readonly kind: 'taken';
      readonly index: number;
      readonly backend: string;
      /** After HAPROXY_{n}_PORT; 0: none, see AppPort. */
      readonly servicePort: number;
      readonly of?: string;
      /** Of the texts in place of Marathon-LB's templates; absent: all of it stands as it was written. */
      readonly translated?: readonly TranslatedLine[];
    }
  | { readonly kind: 'left'; readonly index: number; readonly because: string };

/** Something that two apps may want: a name, a port, a route. */
export interface Claim<T> {
  readonly appId: string;
  readonly portIndex: number;
  /** Marathon's and the label's order of service ports: ties are decided by app id, then by this. */
  readonly servicePort: number;
  /** An app that is scaled to nothing gives way to one that is not. */
  readonly wanted: boolean;
  /** Since when the app has claimed it, ISO 8601. */
  readonly since: string;
  readonly value: T;
}

/** A request that names an app by its id. */
export interface IdRoute {
  /** In lower case: '/shop/cart'. */
  readonly id: string;
  readonly backend: string;
}

export interface RouteClaim {
  /** 'shop.example', '*.example' or '*'. */
  readonly host: string;
  /** '/' = every path. */
  readonly prefix: string;
  readonly weight: number;
  readonly backend: string;
  readonly redirectToHttps: boolean;
  /** The backend takes TLS only: nothing but redirects leads to it here. */
  readonly isPassthrough?: true;
}

/** Of the maps that lead from a backend to those that stand beside it, each for one colour: see MAPS. */
export interface ColourEntry {
  readonly map: 'colours' | 'splits';
  readonly key: string;
  /** A backend, or for the backend itself by what it is split. */
  readonly value: string;
}

/** All TLS connections to a host. */
export interface HostClaim {
  /** As in RouteClaim. */
  readonly host: string;
  readonly weight: number;
  readonly backend: string;
}
