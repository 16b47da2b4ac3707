import type { PortPlaces } from '../desired/app-part.ts';
import type { Backend, Server } from '../desired/desired.ts';

/** What a task has of the requests that come to a backend. */
export interface TaskWeight {
  readonly taskId: string;
  readonly appId: string;
  /** 0 to 256, as HAProxy has it; 0: nothing new comes to it. */
  readonly weight: number;
}

const weightOf = ({ state, weight }: Server): number => (state === 'ready' ? weight : 0);

/** Of the tasks with a server. @param decided whose the servers are, as the backend was made */
export const taskWeights = ({ name, servers }: Backend, decided: readonly PortPlaces[]): readonly TaskWeight[] => {
  const weights = new Map(servers.map((server) => [server.name, weightOf(server)]));
  const places = decided.filter(({ backend }) => backend === name).flatMap((port) => port.servers);
  return places.flatMap(({ name: server, task, appId }) => {
    const weight = weights.get(server);
    return weight === undefined ? [] : [{ taskId: task.id, appId, weight }];
  });
};
