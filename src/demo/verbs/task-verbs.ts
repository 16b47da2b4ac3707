import { storeSpec } from '../deployments/change.ts';
import { healthChanged, instanceHealthChanged } from '../events/health-events.ts';
import { instanceChanged } from '../events/task-events.ts';
import { withSuccess } from '../health/result.ts';
import { canonicalId } from '../ids.ts';
import { endTask } from '../instances/end.ts';
import type { Instance } from '../instances/instance.ts';
import { place } from '../instances/place.ts';
import { newInstance } from '../instances/schedule.ts';
import { assign } from '../instances/start.ts';
import { reportState, setCondition } from '../instances/status.ts';
import type { Ailment } from '../upstreams/ailment.ts';
import { instanceCount, withInstanceCount } from '../specs/run-spec.ts';
import { traitsOf } from '../specs/traits.ts';
import { addInstance, instancesOf, publish, touch, type World } from '../world.ts';
import { instanceOf } from './views.ts';

/** The task dies by itself; Marathon launches another one after its backoff. */
export async function failTask(world: World, taskId: string, message: string): Promise<void> {
  await endTask(world, instanceOf(world, taskId), 'TASK_FAILED', message);
}

/** What ails its tasks from now on. Those that run fail at once where it is that they crash. */
export async function ailApp(world: World, appId: string, ailment: Ailment): Promise<void> {
  const id = canonicalId(appId);
  world.ailments.set(id, ailment);
  if (ailment.crash !== true) return;
  const running = instancesOf(world, id).filter(({ tasks }) => tasks.some(({ state }) => state === 'TASK_RUNNING'));
  await Promise.all(running.map(async (instance) => endTask(world, instance, 'TASK_FAILED', 'Command exited with status 1')));
}

/** One more task of an app, running and healthy at once, with all of its events in their order and without a deployment. */
export async function addTask(world: World, appId: string): Promise<string> {
  const spec = world.specs.get(canonicalId(appId));
  if (spec === undefined) throw new Error(`there is no app ${appId}`);
  const placement = await place(world, spec);
  if (placement === undefined) throw new Error(`no agent has room for an instance of ${spec.id}`);
  storeSpec(world, spec.id, withInstanceCount(spec, instanceCount(spec) + 1));
  const instance = newInstance(world, spec);
  const { personality } = world;
  addInstance(world, instance);
  if (personality.ids === 'incarnation') publish(world, instanceChanged(world, instance));
  assign(world, instance, placement);
  setCondition(world, instance, personality.matchedCondition);
  publish(world, instanceChanged(world, instance));
  if (personality.reportsStarting) reportState(world, instance, 'TASK_STARTING');
  await instance.upstream?.open();
  reportState(world, instance, 'TASK_RUNNING');
  becomeHealthy(world, instance);
  return instance.tasks[0]?.id ?? '';
}

function becomeHealthy(world: World, instance: Instance): void {
  const { checks, readiness } = traitsOf(instance.spec);
  for (const { name } of readiness) instance.readiness.set(name, { ready: true });
  if (checks.length === 0) return;
  for (const index of checks.keys()) instance.checks.set(index, withSuccess(undefined, world.clock.nowMs()));
  instance.healthy = true;
  touch(world, instance.spec.id);
  publish(world, ...checks.map(() => healthChanged(world, instance, true)), instanceHealthChanged(world, instance));
}

/** The opposite of `addTask`: the task is gone at once, with the events of a kill. */
export async function removeTask(world: World, appId: string, taskId: string): Promise<void> {
  const instance = instanceOf(world, taskId);
  const spec = world.specs.get(canonicalId(appId));
  if (spec === undefined || spec.id !== instance.spec.id) throw new Error(`task ${taskId} is not one of ${appId}`);
  storeSpec(world, spec.id, withInstanceCount(spec, Math.max(0, instanceCount(spec) - 1)));
  instance.goal = 'Decommissioned';
  publish(world, instanceChanged(world, instance));
  await endTask(world, instance, 'TASK_KILLED', 'Command terminated with signal Terminated');
}
