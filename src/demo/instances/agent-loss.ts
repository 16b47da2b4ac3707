import type { Agent } from '../agents.ts';
import { instanceChanged, unknownInstanceTerminated } from '../events/task-events.ts';
import { instanceCount } from '../specs/run-spec.ts';
import { traitsOf } from '../specs/traits.ts';
import { dropInstance, instancesOf, isKnown, publish, type World } from '../world.ts';
import { activeInstances } from './counts.ts';
import { type Instance, isWaiting } from './instance.ts';
import { endTask } from './end.ts';
import { kill } from './kill.ts';
import { release } from './place.ts';
import { replacementSpec } from './replacement.ts';
import { launch } from './schedule.ts';
import { publishState, reportState, setCondition, setState } from './status.ts';

/** The master pings an agent every 15 s and gives it up after 5 pings without an answer. */
const AGENT_TIMEOUT_SECONDS = 75;

/** `cut`: nobody reaches its tasks any more. `flows`: only the master has lost it, its tasks go on serving. */
export type AgentTraffic = 'cut' | 'flows';

/** An agent falls silent. Marathon hears of it after the master's 75 s. */
export async function loseAgent(world: World, agent: Agent, traffic: AgentTraffic): Promise<void> {
  if (agent.state !== 'active') return;
  agent.state = 'lost';
  if (traffic === 'cut') await Promise.all(instancesOn(world, agent).map(async ({ upstream }) => upstream?.setReachable(false)));
  world.clock.after(AGENT_TIMEOUT_SECONDS, () => {
    if (agent.state !== 'lost') return;
    for (const instance of instancesOn(world, agent)) if (!isWaiting(instance)) noteUnreachable(world, instance);
  });
}

/** An agent is back, with its tasks: those that Marathon still knows run again, those that it gave up are killed. */
export async function returnAgent(world: World, agent: Agent): Promise<void> {
  if (agent.state !== 'lost') return;
  agent.state = 'active';
  const known = instancesOn(world, agent);
  const ghosts = [...world.expunged].filter(({ placement, condition }) => placement?.agent === agent && condition !== 'Killing');
  await Promise.all([...known, ...ghosts].map(async ({ upstream }) => upstream?.setReachable(true)));
  for (const instance of known) if (!isWaiting(instance)) noteReturn(world, instance);
  for (const ghost of ghosts) world.background.run(endGhost(world, ghost));
}

/** An operator tells Mesos that an agent will not come back: its tasks are replaced at once. */
export async function markAgentGone(world: World, agent: Agent): Promise<void> {
  agent.state = 'gone';
  const message = 'Agent has been marked gone';
  await Promise.all(instancesOn(world, agent).map(async (instance) => endTask(world, instance, 'TASK_GONE_BY_OPERATOR', message)));
}

function instancesOn(world: World, agent: Agent): readonly Instance[] {
  return [...world.instances.keys()].flatMap((specId) => instancesOf(world, specId)).filter(({ placement }) => placement?.agent === agent);
}

function noteUnreachable(world: World, instance: Instance): void {
  instance.dying = false;
  const strategy = traitsOf(instance.spec).unreachable;
  setState(world, instance, 'TASK_UNREACHABLE', 'Slave is removed from the cluster');
  if (instance.goal !== 'Running' || (strategy !== 'disabled' && strategy.expungeAfterSeconds === 0)) {
    giveUpAtOnce(world, instance);
    return;
  }
  if (strategy !== 'disabled' && strategy.inactiveAfterSeconds === 0) setCondition(world, instance, 'UnreachableInactive');
  publishState(world, instance);
  if (strategy === 'disabled') return;
  if (instance.condition === 'UnreachableInactive') replace(world, instance);
  else world.clock.after(strategy.inactiveAfterSeconds, () => noteInactive(world, instance));
  world.clock.after(strategy.expungeAfterSeconds, () => expungeLater(world, instance));
}

function giveUpAtOnce(world: World, instance: Instance): void {
  setCondition(world, instance, 'UnreachableInactive');
  expunge(world, instance);
  publishState(world, instance);
  replace(world, instance);
}

function noteInactive(world: World, instance: Instance): void {
  if (!isKnown(world, instance) || instance.condition !== 'Unreachable') return;
  setCondition(world, instance, 'UnreachableInactive');
  publishState(world, instance);
  replace(world, instance);
}

function expungeLater(world: World, instance: Instance): void {
  if (!isKnown(world, instance) || instance.condition !== 'UnreachableInactive') return;
  setCondition(world, instance, 'Killed');
  expunge(world, instance);
  publish(world, instanceChanged(world, instance));
}

/** Marathon forgets it; its agent does not. */
function expunge(world: World, instance: Instance): void {
  dropInstance(world, instance);
  world.expunged.add(instance);
}

function replace(world: World, instance: Instance): void {
  const spec = replacementSpec(world, instance);
  if (spec !== undefined && activeInstances(world, spec.id).length < instanceCount(spec)) launch(world, spec, 1);
}

function noteReturn(world: World, instance: Instance): void {
  if (instance.condition.startsWith('Unreachable')) reportState(world, instance, 'TASK_RUNNING');
  if (instance.goal !== 'Running') kill(world, instance, 'remove');
  const spec = world.specs.get(instance.spec.id);
  const active = activeInstances(world, instance.spec.id);
  const isBusy = [...world.deployments.values()].some(({ transitions }) => transitions.has(instance.spec.id));
  if (spec === undefined || isBusy || active.length <= instanceCount(spec)) return;
  const youngest = [...active].sort((one, other) => other.createdAtMs - one.createdAtMs)[0];
  if (youngest !== undefined) kill(world, youngest, 'remove');
}

async function endGhost(world: World, ghost: Instance): Promise<void> {
  ghost.condition = 'Killing';
  await ghost.upstream?.terminate(world.clock.toMs(traitsOf(ghost.spec).killGraceSeconds));
  world.expunged.delete(ghost);
  if (ghost.placement !== undefined) release(ghost.placement);
  ghost.condition = 'Killed';
  publish(world, unknownInstanceTerminated(world, ghost));
}
