import { balanceTraits } from '../../rollout/balance-traits.ts';
import type { Server } from '../desired.ts';
import { asOrdered, counts, drained, type Ordered, orderedWith } from '../ordered.ts';
import { type Context, type Decided, type PortDraft, servedAs } from '../port-draft.ts';

const isInMaintenance = ({ orders }: Decided, context: Context): boolean =>
  orders.isInMaintenance(servedAs(context)) || context.entries.some(({ app }) => orders.isInMaintenance(app.id));

const closeAll = (draft: PortDraft): void => {
  draft.inMaintenance = true;
  draft.servers = draft.servers.map((server) => ({ ...server, state: 'maint' as const }));
  draft.ending = [];
  draft.alone = { servers: draft.servers, ending: [], shares: new Map() };
};

/**
 * What operators have ordered for apps, agents and single servers, in the place of what tasks and deployment tools ask for. Where traffic is shared out
 * the split must know of it: see share-out.ts.
 */
export const obeyOrders = (draft: PortDraft, context: Context): void => {
  const { decided, group } = context;
  if (decided === undefined || draft.profile === undefined) return;
  if (isInMaintenance(decided, context)) {
    closeAll(draft);
    return;
  }
  if (group?.shares !== undefined) return;
  const { isDynamic } = balanceTraits(draft.profile.balance);
  const settle = (one: Ordered): Server => asOrdered(one, isDynamic) ?? (one.isEnding ? drained(one.server, isDynamic) : one.server);
  const ordered = draft.servers.map(orderedWith(draft, decided));
  const ending = draft.ending.map(orderedWith(draft, decided)).filter(counts);
  draft.servers = ordered.map(settle);
  draft.ending = ending.filter(({ isEnding }) => !isEnding).map(settle);
};
