import { taskList } from '../instances/task-json.ts';
import { instancesOf, type World } from '../world.ts';
import { appWithEmbeds } from './app-answer.ts';
import type { AppSpec } from './run-spec.ts';

/** How much of the truth is left. */
export interface Thin {
  /** Apps at most. */
  readonly apps: number;
  /** Tasks of each app at most. */
  readonly tasks: number;
}

/** The list of a Marathon that has lost apps or tasks: whole JSON, definitions as they are. */
export function thinList(world: World, { apps, tasks }: Thin): string {
  const left = [...world.specs.values()].filter((spec): spec is AppSpec => spec.kind === 'app').slice(0, apps);
  return JSON.stringify({
    apps: left.map((spec) => ({
      ...appWithEmbeds(world, spec, new Set(['counts', 'deployments'])),
      tasks: taskList(world, instancesOf(world, spec.id)).slice(0, tasks),
    })),
  });
}
