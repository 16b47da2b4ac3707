import { traitsOf } from '../specs/traits.ts';
import { instancesOf, type World } from '../world.ts';
import { type Instance, isActive, isHealthyAndReady } from './instance.ts';

export function isServing(instance: Instance): boolean {
  const { checks, readiness } = traitsOf(instance.spec);
  return isHealthyAndReady(instance, checks.length, readiness.length);
}

/** Instances that occupy a place. */
export function activeInstances(world: World, specId: string): readonly Instance[] {
  return instancesOf(world, specId).filter(isActive);
}

interface TaskCounts {
  readonly staged: number;
  readonly running: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

/** As `tasksStaged` and its siblings count: who has no result yet is in neither of the last two. */
export function countTasks(instances: readonly Instance[]): TaskCounts {
  const running = instances.filter(({ condition }) => condition === 'Running');
  const staged = instances.filter(({ condition }) => ['Created', 'Provisioned', 'Staging', 'Starting'].includes(condition));
  return {
    staged: staged.length,
    running: running.length,
    healthy: running.filter(({ healthy }) => healthy === true).length,
    unhealthy: running.filter(({ healthy }) => healthy === false).length,
  };
}
