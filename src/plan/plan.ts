import type { Backend, Server, ServerOptions, ServerState } from '../desired/desired.ts';

/** What only a reload can do. */
export interface Reason {
  /** For people. */
  readonly words: string;
  /** The one backend that it is about; absent: more than one. */
  readonly backend?: string;
}

/** What is to be done so that HAProxy is as desired. A value: printed, served, compared, tested. */
export type Plan =
  | { readonly kind: 'noop' }
  /** Commands on the worker's socket are enough. */
  | { readonly kind: 'runtime'; readonly steps: readonly RuntimeStep[] }
  /** The structure differs. `steps` are what the present worker can already be given, so that nobody waits for the reload who need not. */
  | { readonly kind: 'reload'; readonly because: readonly Reason[]; readonly steps: readonly RuntimeStep[] };

/** A plan as it is told to people and machines: the reasons in words. */
export type ToldPlan =
  | Exclude<Plan, { readonly kind: 'reload' }>
  | { readonly kind: 'reload'; readonly because: readonly string[]; readonly steps: readonly RuntimeStep[] };

export const wordsOf = (reasons: readonly Reason[]): readonly string[] => reasons.map(({ words }) => words);

export const toldPlan = (plan: Plan): ToldPlan => (plan.kind === 'reload' ? { ...plan, because: wordsOf(plan.because) } : plan);

/** One change by the runtime API. Steps are in safe order: what adds capacity comes before what takes it away. */
export type RuntimeStep =
  /** Registers and publishes an empty backend, and notes its shape in the map 'backends'. Servers follow as steps of their own. */
  | { readonly kind: 'add-backend'; readonly backend: Backend }
  /** New server in its final state and weight. */
  | { readonly kind: 'add-server'; readonly backend: string; readonly server: Server; readonly options: ServerOptions }
  | { readonly kind: 'set-weight'; readonly backend: string; readonly server: string; readonly weight: number }
  /** Up, in place of a check that HAProxy has not made yet. */
  | { readonly kind: 'set-up'; readonly backend: string; readonly server: string }
  /** Another port of the server is checked. */
  | { readonly kind: 'set-check-port'; readonly backend: string; readonly server: string; readonly port: number }
  | { readonly kind: 'set-state'; readonly backend: string; readonly server: string; readonly state: ServerState }
  /** Takes the server out first, then gives it the address, then its state again. */
  | { readonly kind: 'set-address'; readonly backend: string; readonly server: Server }
  | { readonly kind: 'add-map-entry'; readonly map: string; readonly key: string; readonly value: string }
  | { readonly kind: 'set-map-entry'; readonly map: string; readonly key: string; readonly value: string }
  | { readonly kind: 'remove-map-entry'; readonly map: string; readonly key: string }
  /** Takes the server out (maint): running requests end, nothing new begins. */
  | { readonly kind: 'retire-server'; readonly backend: string; readonly server: string }
  /** Deletes a retired server that has no connection left. */
  | { readonly kind: 'delete-server'; readonly backend: string; readonly server: string }
  /** Unpublishes and deletes a backend without servers, and its entry in the map 'backends'. */
  | { readonly kind: 'delete-backend'; readonly backend: string };
