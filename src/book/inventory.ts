import type { Picture } from '../picture/picture.ts';
import type { Inventory } from '../rollout/edits/inventory.ts';

/** Who asks for a server has its name from HAProxy. */
const tasksAt = (picture: Picture, server: string): readonly string[] => {
  const places = picture.model.apps.keys().flatMap((appId) => picture.places(appId));
  return [...new Set(places.filter((place) => place.server === server).map(({ taskId }) => taskId))];
};

/** Costs a look at every app: for people. */
export const inventoryOf = (picture: Picture, groups: Inventory['groups']): Inventory => {
  const { apps } = picture.model;
  const tasks = apps
    .values()
    .flatMap(({ app, tasks: all }) => all.values().map((task) => [task.id, { appId: app.id, host: task.host }] as const));
  return {
    tasks: new Map(tasks),
    appIds: new Set(apps.keys()),
    groups,
    tasksAt: (server) => tasksAt(picture, server),
    served: (appIds) => picture.served(appIds),
    carriers: (appIds) => picture.carriers(appIds),
  };
};
