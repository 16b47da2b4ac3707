import { instanceChanged } from '../events/task-events.ts';
import { taskId } from '../ids.ts';
import { traitsOf } from '../specs/traits.ts';
import { isKnown, publish, touch, type World } from '../world.ts';
import { launchDelayMs } from './backoff.ts';
import { endTask } from './end.ts';
import { type Instance, isWaiting, type Placement } from './instance.ts';
import { place, release } from './place.ts';
import { watchReadiness } from './readiness.ts';
import { reportState, setCondition, stillSame } from './status.ts';
import { ailmentOf, behaviourOf, makeUpstream } from './upstream.ts';

/** Marathon's seconds until an offer comes, the executor starts, and the task runs. */
const OFFER_SECONDS = 0.5;
const START_SECONDS = 0.3;
const RUN_SECONDS = 0.3;

/** Waits for the backoff to pass and an offer to match, then starts the task. */
export function awaitOffer(world: World, instance: Instance): void {
  const delayMs = Math.max(launchDelayMs(world, instance.spec.id), world.clock.toMs(OFFER_SECONDS));
  world.clock.afterMs(delayMs, () => world.background.run(matchOffer(world, instance)));
}

function stillWanted(world: World, instance: Instance): boolean {
  return isKnown(world, instance) && instance.goal === 'Running' && isWaiting(instance);
}

async function matchOffer(world: World, instance: Instance): Promise<void> {
  if (!stillWanted(world, instance)) return;
  const mustWait = launchDelayMs(world, instance.spec.id) > 0;
  const placement = mustWait ? undefined : await place(world, instance.spec);
  if (placement !== undefined) {
    if (stillWanted(world, instance)) start(world, instance, placement);
    else release(placement);
    return;
  }
  if (!mustWait) instance.offersDeclined += 1;
  awaitOffer(world, instance);
}

function start(world: World, instance: Instance, placement: Placement): void {
  assign(world, instance, placement);
  setCondition(world, instance, world.personality.matchedCondition);
  publish(world, instanceChanged(world, instance));
  const isSame = stillSame(world, instance);
  world.clock.after(START_SECONDS, () => {
    if (!isSame()) return;
    if (world.personality.reportsStarting) reportState(world, instance, 'TASK_STARTING');
    world.clock.after(RUN_SECONDS, () => world.background.run(run(world, instance, isSame)));
  });
}

/** Gives an instance its place, its tasks and what answers for them. */
export function assign(world: World, instance: Instance, placement: Placement): void {
  for (const task of instance.tasks) world.instanceOfTask.delete(task.id);
  instance.attempt += 1;
  instance.placement = placement;
  instance.dying = false;
  const nowMs = world.clock.nowMs();
  instance.tasks = traitsOf(instance.spec).containers.map(({ name }) => ({
    id: taskId(world.personality, instance.id, name, instance.attempt),
    ...(name === undefined ? {} : { container: name }),
    state: 'TASK_STAGING',
    message: '',
    stagedAtMs: nowMs,
    changedAtMs: nowMs,
  }));
  for (const task of instance.tasks) world.instanceOfTask.set(task.id, instance);
  instance.upstream = makeUpstream(world, instance);
  touch(world, instance.spec.id);
}

/** A task that asks for no delay serves before it is reported running; one that does is reported first, as in real life. */
async function run(world: World, instance: Instance, isSame: () => boolean): Promise<void> {
  if (!isSame()) return;
  const { startDelayMs, failAfterMs } = behaviourOf(instance, instance.tasks[0]?.container);
  const opening = openUpstream(world, instance, isSame);
  if (startDelayMs > 0) world.background.run(opening);
  else if (!(await opening)) return;
  if (!isSame()) return;
  reportState(world, instance, 'TASK_RUNNING');
  watchReadiness(world, instance, isSame);
  const endsAfterMs = ailmentOf(world, instance).crash === true ? 0 : failAfterMs;
  if (endsAfterMs === undefined) return;
  world.clock.afterMs(endsAfterMs, () => {
    if (isSame()) world.background.run(endTask(world, instance, 'TASK_FAILED', 'Command exited with status 1'));
  });
}

/** A port that cannot be listened on makes the task fail, as it would in a cluster. */
async function openUpstream(world: World, instance: Instance, isSame: () => boolean): Promise<boolean> {
  try {
    await instance.upstream?.open();
    return true;
  } catch (error) {
    if (isSame()) await endTask(world, instance, 'TASK_FAILED', `cannot listen: ${String(error)}`);
    return false;
  }
}
