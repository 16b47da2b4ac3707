import { checkFailed, healthChanged, instanceHealthChanged, unhealthyKill } from '../events/health-events.ts';
import { statusUpdate } from '../events/task-events.ts';
import type { CheckResult, Instance } from '../instances/instance.ts';
import { kill } from '../instances/kill.ts';
import { firstTask, stillSame } from '../instances/status.ts';
import type { RunSpec } from '../specs/run-spec.ts';
import { type CheckPlan, traitsOf } from '../specs/traits.ts';
import { instancesOf, publish, touch, type World } from '../world.ts';
import { probe } from './probe.ts';
import { isAlive, mayStillFail, withFailure, withSuccess } from './result.ts';

/** One tick of one check: every running instance of the version is checked, all at the same time. */
export function runChecks(world: World, spec: RunSpec, check: CheckPlan, index: number): void {
  for (const instance of instancesOf(world, spec.id)) {
    if (instance.spec.version !== spec.version || instance.condition !== 'Running' || instance.checking.has(index)) continue;
    instance.checking.add(index);
    world.background.run(checkOne(world, instance, check, index));
  }
}

async function checkOne(world: World, instance: Instance, check: CheckPlan, index: number): Promise<void> {
  const isSame = stillSame(world, instance);
  const result = await probe(world, instance, check).finally(() => instance.checking.delete(index));
  if (!isSame() || instance.condition !== 'Running' || result.kind === 'ignored') return;
  if (result.kind === 'healthy') noteSuccess(world, instance, check, index);
  else noteFailedCheck(world, instance, check, index, result.cause);
}

function noteSuccess(world: World, instance: Instance, check: CheckPlan, index: number): void {
  const before = instance.checks.get(index);
  // With nobody listening nothing changes from one success to the next: 5,000 apps would be written anew at every tick.
  if (world.upstreams !== 'real' && isAlive(before)) return;
  store(world, instance, check, index, withSuccess(before, world.clock.nowMs()));
}

function noteFailedCheck(world: World, instance: Instance, check: CheckPlan, index: number, cause: string): void {
  const before = instance.checks.get(index);
  const runsFor = world.clock.secondsSince(firstTask(instance)?.startedAtMs ?? world.clock.nowMs());
  if (mayStillFail(before, runsFor, check.gracePeriodSeconds)) return;
  if (instance.spec.kind === 'app') publish(world, checkFailed(world, instance, check.source));
  // Marathon compares the count before this failure: the kill comes at failure number maxConsecutiveFailures + 1.
  const isTooMany = check.maxConsecutiveFailures > 0 && (before?.consecutiveFailures ?? 0) >= check.maxConsecutiveFailures;
  store(world, instance, check, index, withFailure(before, world.clock.nowMs(), cause));
  const task = firstTask(instance);
  if (!isTooMany || task === undefined) return;
  publish(world, unhealthyKill(world, instance, task, cause));
  kill(world, instance, 'replace');
}

function store(world: World, instance: Instance, check: CheckPlan, index: number, result: CheckResult): void {
  const wasAlive = isAlive(instance.checks.get(index));
  const wasHealthy = instance.healthy;
  instance.checks.set(index, result);
  const healthy = aggregate(instance);
  if (healthy === undefined) delete instance.healthy;
  else instance.healthy = healthy;
  touch(world, instance.spec.id);
  tell(world, instance, check, result, { checkFlipped: isAlive(result) !== wasAlive, flipped: healthy !== wasHealthy });
}

function tell(
  world: World,
  instance: Instance,
  check: CheckPlan,
  result: CheckResult,
  what: { checkFlipped: boolean; flipped: boolean },
): void {
  const isTogether = world.personality.instanceHealth === 'together';
  const isTold = isTogether ? what.flipped : what.checkFlipped;
  const healthEvent = instanceHealthChanged(world, instance, isTogether ? instance.healthy : isAlive(result));
  if (check.by === 'executor') {
    if (what.flipped || !isAlive(result)) publish(world, ...instance.tasks.map((task) => statusUpdate(world, instance, task)));
    // From the status update that brought the result, and then again from the actor that adds all checks up.
    if (isTold) publish(world, healthEvent);
  }
  if (what.checkFlipped && instance.spec.kind === 'app') publish(world, healthChanged(world, instance, isAlive(result)));
  if (isTold) publish(world, healthEvent);
}

/** Healthy when all checks are alive; undefined as long as one has no result. */
function aggregate(instance: Instance): boolean | undefined {
  const { checks } = traitsOf(instance.spec);
  if (instance.checks.size < checks.length) return undefined;
  return [...instance.checks.values()].every(isAlive);
}
