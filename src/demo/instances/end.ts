import { dropInstance, isKnown, type World } from '../world.ts';
import { noteFailure } from './backoff.ts';
import { type Instance, isWaiting, type TaskState } from './instance.ts';
import { release } from './place.ts';
import { replacementSpec } from './replacement.ts';
import { launch } from './schedule.ts';
import { publishState, setState } from './status.ts';

type TerminalState = Extract<
  TaskState,
  'TASK_FINISHED' | 'TASK_FAILED' | 'TASK_KILLED' | 'TASK_LOST' | 'TASK_ERROR' | 'TASK_GONE' | 'TASK_GONE_BY_OPERATOR'
>;

/**
 * A task ends. If its instance is still wanted it is launched again: since 1.8 as the next task of the same instance, before that as a
 * new instance. Otherwise it leaves the API.
 */
export async function endTask(world: World, instance: Instance, state: TerminalState, message: string): Promise<void> {
  const { upstream, placement, attempt } = instance;
  delete instance.upstream;
  instance.dying = true;
  await upstream?.close();
  // It may have ended for another reason meanwhile.
  if (!isKnown(world, instance) || isWaiting(instance) || instance.attempt !== attempt) return;
  const replacement = replacementSpec(world, instance);
  recordEnd(world, instance, state, message);
  setState(world, instance, state, message);
  if (placement !== undefined) release(placement);
  instance.checks = new Map();
  delete instance.healthy;
  instance.readiness = new Map();
  const relaunchesItself = replacement !== undefined && world.personality.ids === 'incarnation';
  if (!relaunchesItself) dropInstance(world, instance);
  publishState(world, instance);
  if (relaunchesItself) relaunch(world, instance);
  else if (replacement !== undefined) launch(world, replacement, 1);
}

function relaunch(world: World, instance: Instance): void {
  instance.dying = false;
  if (instance.placement !== undefined) instance.placement = { ...instance.placement, endpoints: [], hostPorts: [], ipAddresses: [] };
  world.awaitOffer(instance);
}

function recordEnd(world: World, instance: Instance, state: TerminalState, message: string): void {
  if (state === 'TASK_KILLED') return;
  const { spec, placement, tasks } = instance;
  const task = tasks[0];
  noteFailure(world, spec, world.clock.secondsSince(task?.startedAtMs ?? world.clock.nowMs()));
  if (state === 'TASK_FINISHED') return;
  world.failures.set(spec.id, {
    appId: spec.id,
    host: placement?.agent.host ?? 'unknown',
    message,
    state,
    taskId: task?.id ?? '',
    timestamp: world.clock.timestamp(),
    version: spec.version,
    slaveId: placement?.agent.id ?? '',
  });
}
