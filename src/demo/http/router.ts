import { type Answer, message, Refused } from '../answer.ts';
import type { World } from '../world.ts';
import { appRoutes } from './app-routes.ts';
import type { Call, Route } from './call.ts';
import { deploymentRoutes } from './deployment-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { infoRoutes } from './info-routes.ts';
import { podRoutes } from './pod-routes.ts';
import { queueRoutes } from './queue-routes.ts';
import { taskRoutes } from './task-routes.ts';

/** The first match answers: paths of tasks look like paths of apps, and come before them. */
const routes: readonly Route[] = [
  ...taskRoutes,
  ...appRoutes,
  ...podRoutes,
  ...groupRoutes,
  ...deploymentRoutes,
  ...queueRoutes,
  ...infoRoutes,
];

/** Finds who answers, and turns refusals into answers. Marathon answers an unknown route with 500. */
export async function answerCall(world: World, call: Call): Promise<Answer> {
  const method = call.method === 'HEAD' ? 'GET' : call.method;
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(call.path) : null;
    if (match !== null) return guarded(() => route.handle(world, call, match.slice(1)));
  }
  const isKnownPath = routes.some(({ pattern }) => pattern.test(call.path));
  return isKnownPath ? message(405, 'Method Not Allowed') : message(500, 'URI not found');
}

async function guarded(handle: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}
