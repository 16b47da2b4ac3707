import { instancesOf, type World } from '../world.ts';
import { isServing } from './counts.ts';

/** Results are there only while a deployment of the app goes on, and only of instances that do not serve yet. */
export function readinessResults(world: World, specId: string): readonly Record<string, unknown>[] {
  const isBusy = [...world.deployments.values()].some(({ transitions }) => transitions.has(specId));
  if (!isBusy) return [];
  return instancesOf(world, specId)
    .filter((instance) => !isServing(instance))
    .flatMap((instance) =>
      [...instance.readiness].map(([name, { ready, status, contentType, body }]) => ({
        name,
        taskId: instance.tasks[0]?.id,
        ready,
        ...(status === undefined ? {} : { lastResponse: { status, contentType, body } }),
      })),
    );
}
