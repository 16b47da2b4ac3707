import type { Groups } from './by-hand.ts';
import type { Carrier } from './carrier.ts';

/** What an order by hand can be about. */
export interface Inventory {
  /** Task id -> where it is. `host`: as Marathon names it. */
  readonly tasks: ReadonlyMap<string, { readonly appId: string; readonly host: string }>;
  readonly appIds: ReadonlySet<string>;
  readonly groups: Groups;
  /** Ids of tasks that a server of HAProxy is. Costs a look at every app. */
  readonly tasksAt: (server: string) => readonly string[];
  /** Ids of those tasks of these apps that new requests can come to, whatever is ordered of them. */
  readonly served: (appIds: readonly string[]) => ReadonlySet<string>;
  /** Backends of these apps. */
  readonly carriers: (appIds: readonly string[]) => readonly Carrier[];
}
