import type { ObservedServer } from '../plan/observed.ts';

/** Backend -> its servers that HAProxy finds down. */
export type DownServers = ReadonlyMap<string, ReadonlySet<string>>;

const NONE: ReadonlySet<string> = new Set();

const downIn = (servers: ReadonlyMap<string, ObservedServer>, before: ReadonlySet<string>): ReadonlySet<string> => {
  const all = [...servers.values()];
  const isServed = all.some(({ state, up }) => state !== 'maint' && up);
  const isDown = ({ name, state, up }: ObservedServer): boolean => (state === 'maint' ? !isServed && before.has(name) : !up);
  return new Set(all.filter(isDown).map(({ name }) => name));
};

/**
 * Which servers HAProxy's own checks find down, or have not found up yet. In maint nothing is checked, and a server is down there in HAProxy's words: it
 * is not in ours. Only where nobody else serves it stays what it was found before, so that one that is the last to be used does not go to and fro.
 * @param seen backend -> server -> how it is; a backend that HAProxy does not have is not in it
 */
export const downServers = (seen: ReadonlyMap<string, ReadonlyMap<string, ObservedServer>>, before: DownServers): DownServers =>
  new Map([...seen].map(([backend, servers]) => [backend, downIn(servers, before.get(backend) ?? NONE)]));
