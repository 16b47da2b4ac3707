import type { Backend, Frontend, Profile } from '../desired/desired.ts';
import type { RoutingBlock } from '../desired/routing-block.ts';

/** HAProxy wants all that rules name and ask before what leads to backends: the two sides of a block stand apart. */
export type BlockSide = 'rules' | 'choices';

/** What a part of haproxy.cfg is made of that is there for some apps alone. */
export type SectionSource =
  | { readonly kind: 'profile'; readonly value: Profile }
  /** Within a frontend that all share. */
  | { readonly kind: 'block'; readonly value: RoutingBlock; readonly side: BlockSide }
  | { readonly kind: 'listener'; readonly value: Frontend }
  | { readonly kind: 'backend'; readonly value: Backend };

/** That part: what HAProxy says against it is said of these apps. */
export type Section = SectionSource & { readonly text: string };

/** Listeners on service ports; the other frontends are everybody's. */
export const isOfApps = (frontend: Frontend): boolean => frontend.kind === 'service';
