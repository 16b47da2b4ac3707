import { deploymentFailed, deploymentProgress, deploymentSuccess } from '../events/deployment-events.ts';
import { startChecks } from '../health/checkers.ts';
import { never } from '../../kit/never.ts';
import { publish, touch, type World } from '../world.ts';
import type { Action, Deployment } from './deployment.ts';
import { restart } from './restart.ts';
import { scale } from './scale.ts';
import { stop } from './stop.ts';

/** Carries out a plan, step by step. */
export function startDeployment(world: World, deployment: Deployment): void {
  world.deployments.set(deployment.id, deployment);
  for (const id of deployment.transitions.keys()) touch(world, id);
  deployment.done = runSteps(world, deployment);
  world.background.run(deployment.done);
}

/** Stops a plan where it is; what it has done stays. */
export function cancelDeployment(world: World, deployment: Deployment): void {
  deployment.abort.abort(new Error('The upgrade has been cancelled'));
  remove(world, deployment);
  publish(world, deploymentFailed(world, deployment, 'The upgrade has been cancelled'));
}

async function runSteps(world: World, deployment: Deployment): Promise<'success' | 'cancelled'> {
  const signal = AbortSignal.any([deployment.abort.signal, world.background.signal]);
  try {
    for (const step of deployment.steps) {
      deployment.currentStep += 1;
      for (const { id } of step) touch(world, id);
      publish(world, deploymentProgress(world, 'deployment_info', deployment));
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
