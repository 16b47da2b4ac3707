import { type Answer, json, refuse } from '../answer.ts';
import { applyChange } from '../deployments/change.ts';
import { cancelDeployment } from '../deployments/run.ts';
import { deploymentJson } from '../deployments/deployment-json.ts';
import type { World } from '../world.ts';
import { deploymentAnswer } from './app-writes.ts';
import { type Call, flag, type Route } from './call.ts';

function listDeployments(world: World): Answer {
  return json(
    200,
    [...world.deployments.values()].map((deployment) => deploymentJson(world, deployment)),
  );
}

/** Rolls back, by a plan of its own that overrides locks; with `force=true` the plan is only dropped and what it has done stays. */
function deleteDeployment(world: World, call: Call, [id = '']: readonly string[]): Answer {
  const deployment = world.deployments.get(id);
  if (deployment === undefined) return refuse(404, `DeploymentPlan ${id} does not exist`);
  if (flag(call, 'force')) {
    cancelDeployment(world, deployment);
    return { status: 202 };
  }
  const wanted = new Map([...deployment.transitions].map(([specId, { before }]) => [specId, before]));
  return deploymentAnswer(200, applyChange(world, { wanted, groupId: '/', locks: 'overridden' }));
}

export const deploymentRoutes: readonly Route[] = [
  { method: 'GET', pattern: /^\/v2\/deployments\/?$/, handle: listDeployments },
  { method: 'DELETE', pattern: /^\/v2\/deployments\/([^/]+)$/, handle: deleteDeployment },
];
