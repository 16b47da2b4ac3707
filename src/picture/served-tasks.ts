import type { Desired, Server } from '../desired/desired.ts';
import type { Model } from '../model/model.ts';
import { type Place, placeKey } from '../rollout/place.ts';

/** What an ending task or one that takes no traffic has is not among the servers of its backend. Backends beside it have no others. */
const serversOf = ({ backends }: Desired, names: Iterable<string>): ReadonlyMap<string, Server> =>
  new Map(
    [...names].flatMap((backend) =>
      (backends.get(backend)?.servers ?? []).map((server) => [placeKey({ backend, server: server.name }), server]),
    ),
  );

/** Ids of the tasks that new requests can come to. One that Marathon finds ill is none where HAProxy checks it, too; of one that it does not know the check decides. */
export const servedTasks = (places: readonly Place[], desired: Desired, { apps }: Model): ReadonlySet<string> => {
  const own = places.filter(({ isPreview }) => isPreview !== true);
  const servers = serversOf(desired, new Set(own.map(({ backend }) => backend)));
  const isServed = (place: Place): boolean => {
    const server = servers.get(placeKey(place));
    if (server === undefined || server.state === 'maint') return false;
    return !server.startsDown || apps.get(place.appId)?.tasks.get(place.taskId)?.health !== 'unhealthy';
  };
  return new Set(own.filter(isServed).map(({ taskId }) => taskId));
};
