import { hostname } from 'node:os';
import { GroupObserver } from '../controller/observe-group.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import type { Picture } from '../picture/picture.ts';
import type { GroupObservation } from '../rollout/observation.ts';

/** What this Sluice's HAProxy has of a deployment group. Marathon tells a task who it is. */
export const openObserver = (picture: Picture, haproxy: Haproxy): ((group: string) => Promise<GroupObservation | undefined>) => {
  const observer = new GroupObserver({
    sluice: process.env['MESOS_TASK_ID'] ?? `${hostname()}-${process.pid}`,
    groups: {
      revision: () => picture.revision,
      members: (group) => picture.members(group),
      places: (appId) => picture.places(appId),
      shapeOf: (backend) => picture.desired.backends.get(backend)?.shape,
    },
    counts: async (counted) => haproxy.counts(counted),
  });
  return async (group) => observer.observe(group);
};
