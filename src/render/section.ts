import type { Backend, Frontend, Profile } from '../desired/desired.ts';

/** A part of haproxy.cfg that is there for some apps alone: what HAProxy says against it is theirs. */
export type Section = { readonly text: string } & (
  | { readonly kind: 'profile'; readonly value: Profile }
  | { readonly kind: 'listener'; readonly value: Frontend }
  | { readonly kind: 'backend'; readonly value: Backend }
);

/** Listeners on service ports; the other frontends are everybody's. */
export const isOfApps = (frontend: Frontend): boolean => frontend.kind === 'service';
