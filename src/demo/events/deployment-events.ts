import { actionJson, type Deployment, stepsJson } from '../deployments/deployment.ts';
import { without } from '../without.ts';
import type { World } from '../world.ts';
import { event, type MarathonEvent } from './event.ts';

type Progress = 'deployment_info' | 'deployment_step_success' | 'deployment_step_failure';

function planJson(deployment: Deployment): unknown {
  const { id, version, original, target } = deployment;
  const trees = original === undefined ? {} : { original, target };
  return { id, ...trees, steps: stepsJson(deployment.steps), version };
}

/** What is left of a plan for a stream that asked for light ones. */
export function lightened(heavy: MarathonEvent): MarathonEvent {
  const plan = heavy['plan'] as Record<string, unknown> | undefined;
  if (plan === undefined || !('original' in plan)) return heavy;
  return { ...heavy, plan: without(plan, 'original', 'target') };
}

export function deploymentProgress(world: World, eventType: Progress, deployment: Deployment): MarathonEvent {
  const step = deployment.steps[deployment.currentStep - 1] ?? [];
  return event(eventType, { plan: planJson(deployment), currentStep: { actions: step.map(actionJson) } }, world.clock.timestamp());
}

export function deploymentSuccess(world: World, deployment: Deployment): MarathonEvent {
  return event('deployment_success', { id: deployment.id, plan: planJson(deployment) }, world.clock.timestamp());
}

export function deploymentFailed(world: World, deployment: Deployment, reason: string): MarathonEvent {
  const failed = event('deployment_failed', { id: deployment.id, plan: planJson(deployment) }, world.clock.timestamp());
  return world.personality.failureHasReason ? { ...failed, reason } : failed;
}
