import { isServing } from '../instances/counts.ts';
import { type Instance, isActive } from '../instances/instance.ts';
import { kill } from '../instances/kill.ts';
import { launch } from '../instances/schedule.ts';
import { startChecks } from '../health/checkers.ts';
import { instanceCount, type RunSpec } from '../specs/run-spec.ts';
import { traitsOf } from '../specs/traits.ts';
import { instancesOf, type World } from '../world.ts';
import { launchNow, rollingStart } from './rolling.ts';
import { unhealthyFirst } from './victims.ts';

/** A rolling upgrade: for each new instance that is healthy and ready an old one is killed; for each old one that has ended a new one may start. */
export async function restart(world: World, spec: RunSpec, signal: AbortSignal): Promise<void> {
  startChecks(world, spec);
  const target = instanceCount(spec);
  const capacity = beginRolling(world, spec, target);
  const replaced = new Set<string>();
  while (!isDone(world, spec, target)) {
    const { revision } = world;
    advance(world, spec, { target, capacity, replaced });
    // What was just done may have made room for more; otherwise somebody else has to move.
    if (world.revision === revision && !isDone(world, spec, target)) await world.changes.next(spec.id, signal);
    signal.throwIfAborted();
  }
}

function isOld(instance: Instance, spec: RunSpec): boolean {
  return instance.spec.version !== spec.version;
}

/** Old instances that nobody has killed yet, in the order in which they go. */
function oldAlive(world: World, spec: RunSpec): readonly Instance[] {
  return unhealthyFirst(instancesOf(world, spec.id).filter((instance) => isOld(instance, spec) && instance.goal === 'Running'));
}

function beginRolling(world: World, spec: RunSpec, target: number): number {
  const old = oldAlive(world, spec);
  const { upgrade, resident } = traitsOf(spec);
  const healthy = old.filter((instance) => instance.condition === 'Running' && instance.healthy !== false).length;
  const { killNow, maxCapacity } = rollingStart(target, healthy, upgrade, resident ? 'resident' : 'stateless');
  for (const instance of old.slice(0, killNow)) kill(world, instance, 'remove');
  return maxCapacity;
}

function advance(world: World, spec: RunSpec, rolling: { target: number; capacity: number; replaced: Set<string> }): void {
  const { target, capacity, replaced } = rolling;
  const all = instancesOf(world, spec.id);
  const fresh = all.filter((instance) => !isOld(instance, spec) && isActive(instance));
  for (const instance of fresh.filter((it) => !replaced.has(it.id) && isServing(it))) {
    replaced.add(instance.id);
    const next = oldAlive(world, spec)[0];
    if (next !== undefined) kill(world, next, 'remove');
  }
  // All new ones serve: whatever is left of the old ones is too many.
  if (fresh.filter(isServing).length >= target) for (const instance of oldAlive(world, spec)) kill(world, instance, 'remove');
  const oldLeft = instancesOf(world, spec.id).filter((instance) => isOld(instance, spec)).length;
  launch(world, spec, launchNow(target, capacity, oldLeft, fresh.length));
}

function isDone(world: World, spec: RunSpec, target: number): boolean {
  const all = instancesOf(world, spec.id);
  const serving = all.filter((instance) => !isOld(instance, spec) && isActive(instance) && isServing(instance)).length;
  return serving >= target && !all.some((instance) => isOld(instance, spec));
}
