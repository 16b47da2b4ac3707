import type { Server } from './desired.ts';
import type { Decided, PortDraft, ServerPlace } from './port-draft.ts';

/** A server with what is to become of it. */
export interface Ordered {
  readonly server: Server;
  readonly appId: string;
  /** out: nothing new for it. Absent: as the split has it. */
  readonly order?: 'out' | { readonly weight: number };
  /** A rollout is about to end its task: nothing new for it as long as anybody else serves. */
  readonly isEnding: boolean;
  /** It is down, by Marathon or by HAProxy. */
  readonly isAway: boolean;
}

const orderOf = ({ orders }: Decided, { task }: ServerPlace): Ordered['order'] => {
  if (orders.isOrderedOut(task)) return 'out';
  const weight = orders.weightOf(task.id);
  return weight === undefined ? undefined : { weight };
};

/** Gives each server of a port what is ordered for it. */
export const orderedWith = (draft: PortDraft, decided: Decided): ((server: Server) => Ordered) => {
  const places = new Map(draft.places.map((place) => [place.name, place]));
  const down = decided.down.get(draft.name);
  return (server) => {
    const place = places.get(server.name);
    if (place === undefined) throw new Error(`no task is behind the server ${server.name}`);
    const order = orderOf(decided, place);
    return {
      server,
      appId: place.appId,
      ...(order === undefined ? {} : { order }),
      isEnding: decided.orders.isEnding(place.task.id),
      isAway: server.state !== 'ready' || server.startsDown || down?.has(server.name) === true,
    };
  };
};

/** It takes part in the split. */
export const counts = ({ order }: Ordered): boolean => order === undefined || (order !== 'out' && order.weight > 0);

/** Nothing new: to be seen as such also where weights tell it already, and by weight from the first request of a new worker on. */
export const drained = (server: Server, takesWeights: boolean): Server =>
  server.state === 'maint' ? server : { ...server, state: 'drain', ...(takesWeights ? { weight: 0 } : {}) };

/** What operators have ordered for single servers goes before everything. */
export const asOrdered = ({ server, order }: Ordered, takesWeights: boolean): Server | undefined => {
  if (order === undefined) return undefined;
  if (order === 'out' || (order.weight === 0 && !takesWeights)) return drained(server, takesWeights);
  return takesWeights ? { ...server, weight: order.weight } : server;
};
