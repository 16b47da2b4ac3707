import { readinessResults } from '../instances/readiness-results.ts';
import type { World } from '../world.ts';
import { actionJson, type Deployment, stepsJson } from './deployment.ts';

/** As `GET /v2/deployments` shows it. */
export function deploymentJson(world: World, deployment: Deployment): unknown {
  const { id, version, currentStep, steps, transitions } = deployment;
  const affected = (kind: string): readonly string[] =>
    [...transitions].filter(([, { before, after }]) => (after ?? before)?.kind === kind).map(([specId]) => specId);
  return {
    id,
    version,
    affectedApps: affected('app'),
    affectedPods: affected('pod'),
    steps: stepsJson(steps),
    currentActions: (steps[currentStep - 1] ?? []).map((action) => ({
      ...actionJson(action),
      readinessCheckResults: readinessResults(world, action.id),
    })),
    currentStep,
    totalSteps: steps.length,
  };
}
