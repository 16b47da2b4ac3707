import { instanceChanged } from '../events/task-events.ts';
import { traitsOf } from '../specs/traits.ts';
import { dropInstance, publish, touch, type World } from '../world.ts';
import { endTask } from './end.ts';
import { type Instance, isWaiting } from './instance.ts';
import { reportState } from './status.ts';
import { behaviourOf } from './upstream.ts';

/** `remove`: the instance is no longer wanted. `replace`: only its task ends, and another one follows. */
type KillIntent = 'remove' | 'replace';

/**
 * Kills an instance's task: SIGTERM now, SIGKILL after the kill grace. Until then it is listed, and serves as its app asked for.
 * A kill for an agent that is away takes effect when the agent returns; an instance that is known to be unreachable is forgotten at once.
 */
export function kill(world: World, instance: Instance, intent: KillIntent): void {
  if (intent === 'remove' && instance.goal === 'Running') decommission(world, instance);
  if (isWaiting(instance)) {
    if (intent === 'remove') dropInstance(world, instance);
    return;
  }
  if (instance.condition.startsWith('Unreachable') && intent === 'remove') {
    dropInstance(world, instance);
    world.expunged.add(instance);
    return;
  }
  if (instance.dying || instance.placement?.agent.state === 'lost') return;
  instance.dying = true;
  world.background.run(terminate(world, instance));
}

/** Marathon does not say the goal in its events: a kill shows as a repeat of the condition that the instance is in. */
function decommission(world: World, instance: Instance): void {
  instance.goal = 'Decommissioned';
  touch(world, instance.spec.id);
  if (instance.attempt > 0 || world.personality.ids === 'incarnation') publish(world, instanceChanged(world, instance));
}

async function terminate(world: World, instance: Instance): Promise<void> {
  const hasStarted = instance.condition === 'Running';
  const { termState } = behaviourOf(instance, instance.tasks[0]?.container);
  if (world.personality.reportsKilling) reportState(world, instance, 'TASK_KILLING');
  const graceMs = world.clock.toMs(traitsOf(instance.spec).killGraceSeconds);
  if (hasStarted) await instance.upstream?.terminate(graceMs);
  // The agent may have been lost meanwhile: then nobody hears of the end.
  if (instance.placement?.agent.state === 'lost') return;
  await endTask(world, instance, termState, termState === 'TASK_KILLED' ? 'Command terminated with signal Terminated' : 'Command exited');
}
