import { countTasks } from '../instances/counts.ts';
import type { Instance } from '../instances/instance.ts';
import type { World } from '../world.ts';
import type { Json } from './app-json.ts';
import type { AppSpec } from './run-spec.ts';

/** `taskStats` (`tasksStats` since 1.10): counts and life times, of all tasks and by how new they are. Parts without tasks are left out. */
export function taskStats(world: World, spec: AppSpec, instances: readonly Instance[]): Json {
  const placed = instances.filter(({ tasks }) => tasks.length > 0);
  const parts: readonly (readonly [string, (instance: Instance) => boolean])[] = [
    ['startedAfterLastScaling', (instance) => instance.createdAtMs >= Date.parse(spec.lastScalingAt)],
    ['withLatestConfig', (instance) => instance.spec.version >= spec.lastConfigChangeAt],
    ['withOutdatedConfig', (instance) => instance.spec.version < spec.lastConfigChangeAt],
    ['totalSummary', () => true],
  ];
  return Object.fromEntries(
    parts.flatMap(([name, belongs]) => {
      const members = placed.filter(belongs);
      return members.length === 0 ? [] : [[name, { stats: summary(world, members) }]];
    }),
  );
}

function summary(world: World, members: readonly Instance[]): Json {
  const nowMs = world.clock.nowMs();
  const lives = members
    .flatMap(({ tasks }) => tasks[0]?.startedAtMs ?? [])
    .map((startedAtMs) => (nowMs - startedAtMs) / 1000)
    .sort((one, other) => one - other);
  const lifeTime = { averageSeconds: lives.reduce((sum, life) => sum + life, 0) / lives.length, medianSeconds: median(lives) };
  return { counts: countTasks(members), ...(lives.length === 0 ? {} : { lifeTime }) };
}

/** @param sorted at least one */
function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
