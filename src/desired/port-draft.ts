import type { Problem } from '../kit/problem.ts';
import type { PortSettings } from '../labels/catalogue.ts';
import type { AppPort } from '../model/app.ts';
import type { AppEntry } from '../model/model.ts';
import type { Task } from '../model/task.ts';
import type { Claim, ColourEntry, HostClaim, RouteClaim } from './app-part.ts';
import { type PortAge, wantedSince, type Wish } from './claim-age.ts';
import type { Backend, Frontend, Mode, Profile, Server, ServerOptions } from './desired.ts';
import type { DeploymentGroup } from './deployment-group.ts';
import type { HostTlsClaim } from './host-tls.ts';
import type { BuildOptions } from './options.ts';
import type { Orders } from '../rollout/orders.ts';
import type { RoutingBlock } from './routing-block.ts';
import type { PortTexts } from './texts/port-texts.ts';

/** What operators, the controller and HAProxy's own checks say about servers. */
export interface Decided {
  readonly orders: Orders;
  /** Servers that HAProxy finds down: backend -> names. */
  readonly down: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The task behind a server. */
export interface ServerPlace {
  /** Of the server. */
  readonly name: string;
  /** Of the agent. */
  readonly host: string;
  readonly task: Task;
  readonly appId: string;
}

/** What the stages share and do not change. */
export interface Context {
  readonly entry: AppEntry;
  readonly hosts: ReadonlyMap<string, string>;
  readonly options: BuildOptions;
  /** `entry` is the one whose definition counts; absent: it is in none. */
  readonly group?: DeploymentGroup | undefined;
  /** The apps whose tasks serve: that of `entry` first. */
  readonly entries: readonly AppEntry[];
  /** Absent: nobody has decided anything. */
  readonly decided?: Decided | undefined;
}

/** The id that the app is served by. */
export const servedAs = ({ entry, group }: Context): string => group?.id ?? entry.app.id;

/** The servers of a deployment group before its shares are made weights. */
export interface Unsplit {
  readonly servers: readonly Server[];
  readonly ending: readonly Server[];
  /** App id -> its part, in one unit for all; one that has no server that serves has none. */
  readonly shares: ReadonlyMap<string, number>;
}

/** One service port on its way through the stages: each adds what the next ones need. */
export interface PortDraft {
  readonly index: number;
  readonly port: AppPort;
  readonly settings: PortSettings;
  /** Service port after HAPROXY_{n}_PORT; 0: none, see AppPort. */
  readonly servicePort: number;
  readonly name: string;
  readonly age: PortAge;
  mode: Mode;
  profile?: Profile;
  serverOptions: ServerOptions;
  servers: readonly Server[];
  ending: readonly Server[];
  backend?: Claim<Backend>;
  listener?: Claim<Frontend>;
  routes: readonly Claim<RouteClaim>[];
  /** Absent: none. */
  passthrough?: readonly Claim<HostClaim>[];
  /** On the https frontend; absent: none. */
  hosts?: readonly Claim<HostTlsClaim>[];
  /** In place of routes; absent: none. */
  blocks?: readonly Claim<RoutingBlock>[];
  /** What stands in place of pieces of Marathon-LB's configuration; absent: nothing. */
  texts?: PortTexts;
  /** The tasks behind the servers, and behind those that are ending. */
  places: readonly ServerPlace[];
  /** Somebody has taken it out of service: requests are answered, and no server is asked. */
  inMaintenance?: true;
  /** Weights and states are by shares. */
  isShared?: true;
  /** Its servers as if nothing were split by weights, and what part of all each app has; absent: it has no shares. */
  alone?: Unsplit;
  /** Backends of one colour each beside its own, and what leads to them; absent: none. */
  colours?: { readonly backends: readonly Claim<Backend>[]; readonly entries: readonly Claim<ColourEntry>[] };
  /** Of these, those that can be asked for; absent: none. */
  previews?: readonly { readonly colour: string; readonly backend: string }[];
  readonly problems: Problem[];
  /** Why it has no backend; absent: it has one. */
  leftOut?: string;
}

/** `wishes`: what else must be wanted for this claim. */
export const claim = <T>(context: Context, draft: PortDraft, value: T, wishes: readonly Wish[] = []): Claim<T> => ({
  appId: context.entry.app.id,
  portIndex: draft.index,
  servicePort: draft.servicePort,
  wanted: context.entries.some(({ app }) => app.instances > 0),
  since: wantedSince(context.entry.since, draft.age, draft.index, wishes),
  value,
});

export const problem = (context: Context, draft: PortDraft, label: string, message: string): Problem => ({
  appId: context.entry.app.id,
  portIndex: draft.index,
  label: `HAPROXY_${draft.index}_${label}`,
  message,
});
