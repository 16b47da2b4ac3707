import { equal } from '../kit/equal.ts';
import type { Backend, Frontend, Profile, Server } from './desired.ts';
import type { RoutingBlock } from './routing-block.ts';

interface Words {
  /** What HAProxy said, as one line that is safe to print. */
  readonly because: string;
  /** Name of the label that the refused line was made of ('BALANCE'), where that is known. */
  readonly label?: string;
}

/** A profile: all backends that take from it go without. */
export type RefusedProfile = Words & { readonly kind: 'profile'; readonly value: Profile };
/** `about` servers: a complaint of its server lines, which holds for these servers only. */
export type RefusedBackend = Words & { readonly kind: 'backend'; readonly value: Backend; readonly about: 'settings' | 'servers' };
export type RefusedBlock = Words & { readonly kind: 'block'; readonly value: RoutingBlock };
export type RefusedListener = Words & { readonly kind: 'listener'; readonly value: Frontend };

/** What HAProxy refuses of one app, or of all that share a profile, in its own words. It holds for this content: what is changed is tried again. */
export type Refusal = RefusedProfile | RefusedBackend | RefusedListener | RefusedBlock;

/** A server that is to be drained may be given to a new worker as one that still serves: HAProxy does not refuse it for that. */
const isSame = (a: Server, b: Server | undefined): boolean => b !== undefined && equal({ ...a, state: b.state }, b);

const areSame = (some: readonly Server[], others: readonly Server[]): boolean =>
  some.length === others.length && some.every((server, index) => isSame(server, others[index]));

/** With those that serve on until others do: a new worker may be given these too. */
const hasServers = (backend: Backend, { servers }: Backend): boolean =>
  areSame(backend.servers, servers) || areSame([...backend.servers, ...backend.ending], servers);

/** Whether this backend is what was refused. Its tasks come and go all the time, and most complaints have nothing to do with them. */
export const isRefusedBackend = ({ value, about }: RefusedBackend, backend: Backend): boolean =>
  value.name === backend.name && value.shape === backend.shape && (about === 'settings' || hasServers(backend, value));
