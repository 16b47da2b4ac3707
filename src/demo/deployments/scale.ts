import { activeInstances, isServing } from '../instances/counts.ts';
import { isActive } from '../instances/instance.ts';
import { kill } from '../instances/kill.ts';
import { launch } from '../instances/schedule.ts';
import { startChecks } from '../health/checkers.ts';
import { instanceCount, type RunSpec } from '../specs/run-spec.ts';
import { traitsOf } from '../specs/traits.ts';
import { instancesOf, type World } from '../world.ts';
import { victims } from './victims.ts';

/** Brings an app to its number of instances: kills and waits for their ends, or launches and waits for health and readiness. */
export async function scale(world: World, spec: RunSpec, signal: AbortSignal): Promise<void> {
  startChecks(world, spec);
  const target = instanceCount(spec);
  const active = activeInstances(world, spec.id);
  const excess = victims(active, active.length - target, traitsOf(spec).killSelection);
  for (const instance of excess) kill(world, instance, 'remove');
  await world.changes.until(spec.id, () => instancesOf(world, spec.id).every(({ goal }) => goal === 'Running'), signal);
  launch(world, spec, target - activeInstances(world, spec.id).length);
  await world.changes.until(
    spec.id,
    () => instancesOf(world, spec.id).filter((it) => isActive(it) && isServing(it)).length >= target,
    signal,
  );
}
