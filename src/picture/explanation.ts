import type { TranslatedLine } from '../desired/app-part.ts';
import type { Problem } from '../kit/problem.ts';
import type { GroupShares } from '../rollout/shares.ts';
import type { Signed } from '../rollout/signed.ts';

/** Where one app's traffic goes and why: `GET /apps/{id}`, `sluice explain`. */
export interface Explanation {
  readonly appId: string;
  /** Absent: it is an app. */
  readonly kind?: 'pod';
  readonly instances: number;
  readonly network: string;
  readonly groups: readonly string[];
  /** Absent: it is in no deployment group. */
  readonly deployment?: DeploymentExplanation;
  readonly ports: readonly PortExplanation[];
  readonly problems: readonly Problem[];
}

/** The apps that it is served with as one. */
export interface DeploymentExplanation {
  /** '/nginx'. */
  readonly group: string;
  /** The app whose labels, ports and checks count. */
  readonly definition: string;
  /** All of them, with this one. */
  readonly apps: readonly string[];
  /** The app that replaces the others; absent: there is but one. */
  readonly newApp?: string;
  /** Ids of the tasks of all of them that are to get nothing new. */
  readonly drained: readonly string[];
  /** What each of them is to get of the traffic, in percent; absent: as deployment tools have it. */
  readonly shares?: readonly { readonly appId: string; readonly colour: string; readonly percent: number }[];
  /** Who set them, and whether requests or visitors are told apart; absent: there are none. */
  readonly decided?: Signed & Pick<GroupShares, 'splitBy'>;
}

export interface PortExplanation {
  readonly index: number;
  /** 0: Marathon gives a pod's endpoints none. */
  readonly servicePort: number;
  /** Absent: the port is not taken; `because` says why. */
  readonly backend?: string;
  readonly because?: string;
  readonly mode?: string;
  readonly balance?: string;
  /** 'NAME on ADDRESS:PORT'. */
  readonly frontends: readonly string[];
  /** 'shop.example/cart'. */
  readonly routes: readonly string[];
  /** Lines of its texts in place of Marathon-LB's templates that HAProxy is given in other words; absent: none. */
  readonly translated?: readonly TranslatedLine[];
  /** Backends of one app of its deployment group each; absent: none. */
  readonly colours?: readonly ColourExplanation[];
  readonly servers: readonly ServerExplanation[];
  /** Tasks that take no traffic. */
  readonly left: readonly { readonly taskId: string; readonly because: string }[];
}

/** A backend of one app, for requests that ask for that app or for visitors that have it. */
export interface ColourExplanation {
  readonly appId: string;
  readonly backend: string;
  /** Each of these leads to it; absent: it cannot be asked for. */
  readonly preview?: {
    /** 'X-Sluice-Colour: green'. */
    readonly header: string;
    /** 'SLUICE_COLOUR=green'. */
    readonly cookie: string;
    /** 'green.shop.example/cart'. */
    readonly hosts: readonly string[];
    /** Whose requests are answered; absent: everybody's. */
    readonly networks?: readonly string[];
  };
  /** How many of all visitors have it; absent: it is for those who ask. */
  readonly visitorsPercent?: number;
}

export interface ServerExplanation {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** As HAProxy has it: ready, drain, maint, or 'missing'. */
  readonly state: string;
  readonly up: boolean;
  /** 0 to 256. */
  readonly weight: number;
  readonly connections: number;
  readonly taskId?: string;
  readonly because: string;
}
