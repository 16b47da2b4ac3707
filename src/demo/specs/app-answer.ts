import { countTasks } from '../instances/counts.ts';
import { readinessResults } from '../instances/readiness-results.ts';
import { taskList } from '../instances/task-json.ts';
import type { World } from '../world.ts';
import { instancesOf } from '../world.ts';
import { appJson, type Json } from './app-json.ts';
import type { AppSpec } from './run-spec.ts';
import { taskStats } from './task-stats.ts';

/** What `embed=` can ask for, without its prefix. */
export type Embed = 'counts' | 'deployments' | 'tasks' | 'readiness' | 'lastTaskFailure' | 'taskStats';

const embeds: Readonly<Record<string, readonly Embed[]>> = {
  counts: ['counts'],
  deployments: ['deployments'],
  tasks: ['tasks'],
  readiness: ['readiness'],
  lastTaskFailure: ['lastTaskFailure'],
  failures: ['lastTaskFailure'],
  taskStats: ['taskStats'],
};

/** Reads `embed=` parameters: `apps.tasks`, `app.tasks`, `group.apps.tasks` and `tasks` are all the same, unknown ones are ignored. */
export function parseEmbeds(parameters: readonly string[]): readonly Embed[] {
  return parameters.flatMap((text) => embeds[text.replace(/^(group\.)?(apps|app)\./, '')] ?? []);
}

/** One app with what was asked for, as text. Kept until something about the app changes: 5,000 apps are asked for again and again. */
export function appAnswer(world: World, spec: AppSpec, wanted: ReadonlySet<Embed>): string {
  const key = [...wanted].sort().join();
  const cached = world.answers.get(spec.id)?.get(key);
  if (cached !== undefined) return cached;
  const text = JSON.stringify(appWithEmbeds(world, spec, wanted));
  const answers = world.answers.get(spec.id) ?? new Map<string, string>();
  world.answers.set(spec.id, answers.set(key, text));
  return text;
}

export function appWithEmbeds(world: World, spec: AppSpec, wanted: ReadonlySet<Embed>): Json {
  const instances = instancesOf(world, spec.id);
  const failure = world.failures.get(spec.id);
  return {
    ...appJson(spec, world.personality),
    ...(wanted.has('counts') ? countsJson(world, spec) : {}),
    ...(wanted.has('deployments') ? { deployments: deploymentsOf(world, spec.id) } : {}),
    ...(wanted.has('readiness') ? { readinessCheckResults: readinessResults(world, spec.id) } : {}),
    ...(wanted.has('lastTaskFailure') && failure !== undefined ? { lastTaskFailure: failure } : {}),
    ...(wanted.has('taskStats') ? { [world.personality.taskStatsKey]: taskStats(world, spec, instances) } : {}),
    ...(wanted.has('tasks') ? { tasks: taskList(world, instances) } : {}),
  };
}

function countsJson(world: World, spec: AppSpec): Json {
  const { staged, running, healthy, unhealthy } = countTasks(instancesOf(world, spec.id));
  return { tasksStaged: staged, tasksRunning: running, tasksHealthy: healthy, tasksUnhealthy: unhealthy };
}

function deploymentsOf(world: World, specId: string): readonly { readonly id: string }[] {
  return [...world.deployments.values()].filter(({ transitions }) => transitions.has(specId)).map(({ id }) => ({ id }));
}
