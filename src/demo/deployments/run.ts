import { deploymentFailed, deploymentProgress, deploymentSuccess } from '../events/deployment-events.ts';
import { startChecks } from '../health/checkers.ts';
import { never } from '../../kit/never.ts';
import { publish, touch, type World } from '../world.ts';
import type { Action, Deployment } from './deployment.ts';
import { restart } from './restart.ts';
import { scale } from './scale.ts';
import { stop } from './stop.ts';

/** Carries out a plan, step by step. `prepare` runs when its first step has been announced. */
export function startDeployment(world: World, deployment: Deployment, prepare: () => void = () => undefined): void {
  world.deployments.set(deployment.id, deployment);
  for (const id of deployment.transitions.keys()) touch(world, id);
  const outcome = runSteps(world, deployment, prepare);
  world.background.run(outcome.then((it) => noteOutcome(world, deployment.id, it)));
}

const OUTCOMES_KEPT = 1000;

function noteOutcome(world: World, id: string, outcome: 'success' | 'cancelled'): void {
  world.outcomes.set(id, outcome);
  const oldest = world.outcomes.keys().next();
  world.changes.wake(id);
  if (world.outcomes.size > OUTCOMES_KEPT && oldest.done !== true) world.outcomes.delete(oldest.value);
}

/** Stops a plan where it is; what it has done stays. */
export function cancelDeployment(world: World, deployment: Deployment): void {
  deployment.abort.abort(new Error('The upgrade has been cancelled'));
  remove(world, deployment);
  publish(world, deploymentFailed(world, deployment, 'The upgrade has been cancelled'));
}

async function runSteps(world: World, deployment: Deployment, prepare: () => void): Promise<'success' | 'cancelled'> {
  const signal = AbortSignal.any([deployment.abort.signal, world.background.signal]);
  if (deployment.steps.length === 0) prepare();
  try {
    for (const step of deployment.steps) {
      deployment.currentStep += 1;
      for (const { id } of step) touch(world, id);
      publish(world, deploymentProgress(world, 'deployment_info', deployment));
      if (deployment.currentStep === 1) prepare();
      await Promise.all(step.map((action) => perform(world, deployment, action, signal)));
      publish(world, deploymentProgress(world, 'deployment_step_success', deployment));
    }
  } catch (error) {
    if (signal.aborted) return 'cancelled';
    throw error;
  }
  remove(world, deployment);
  publish(world, deploymentSuccess(world, deployment));
  return 'success';
}

function remove(world: World, deployment: Deployment): void {
  world.deployments.delete(deployment.id);
  for (const id of deployment.transitions.keys()) touch(world, id);
}

async function perform(world: World, deployment: Deployment, { kind, id }: Action, signal: AbortSignal): Promise<void> {
  const { before, after } = deployment.transitions.get(id) ?? {};
  switch (kind) {
    case 'Start':
      // With no instances, as in Marathon: only the health checks are made known.
      if (after !== undefined) startChecks(world, after);
      return;
    case 'Scale':
      return after === undefined ? undefined : scale(world, after, signal);
    case 'Restart':
      return after === undefined ? undefined : restart(world, after, signal);
    case 'Stop':
      return before === undefined ? undefined : stop(world, before, signal);
    default:
      return never(kind);
  }
}
