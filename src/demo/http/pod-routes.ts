import { type Answer, json, message, refuse } from '../answer.ts';
import { applyChange } from '../deployments/change.ts';
import { podWritten } from '../events/change-events.ts';
import { canonicalId, parentId } from '../ids.ts';
import { kill } from '../instances/kill.ts';
import { podStatus } from '../instances/pod-status.ts';
import { completePod } from '../specs/complete-pod.ts';
import { podJson } from '../specs/pod-json.ts';
import { podSchema } from '../specs/pod-schema.ts';
import type { PodSpec } from '../specs/run-spec.ts';
import { invalidId } from '../specs/validate.ts';
import { instancesOf, type World } from '../world.ts';
import { type Call, locksOf, type Route } from './call.ts';
import { readBody, refuseInvalid } from './read-body.ts';

function pods(world: World): readonly PodSpec[] {
  return [...world.specs.values()].filter((spec) => spec.kind === 'pod');
}

/** The text inside of the message is JSON once more: so does Marathon. @throws Refused 404 */
function podCalled(world: World, idText: string): PodSpec {
  const id = canonicalId(idText);
  const spec = world.specs.get(id);
  return spec?.kind === 'pod' ? spec : refuse(404, `{"message": "pod with ${id} does not exist"}`);
}

function readPod(call: Call): PodSpec {
  const input = readBody(podSchema, call.body);
  const id = canonicalId(input.id);
  refuseInvalid(invalidId(id));
  return { kind: 'pod', id, version: '', lastScalingAt: '', lastConfigChangeAt: '', definition: completePod(input) };
}

function writePod(world: World, call: Call, spec: PodSpec, status: 201 | 200): Answer {
  const eventType = status === 201 ? 'pod_created_event' : 'pod_updated_event';
  const deployment = applyChange(world, {
    wanted: new Map([[spec.id, spec]]),
    groupId: parentId(spec.id),
    locks: locksOf(call),
    announce: () => [podWritten(world, eventType, call.clientIp, call.uri)],
  });
  const stored = deployment.transitions.get(spec.id)?.after;
  return json(status, stored?.kind === 'pod' ? podJson(stored) : {}, {
    ...(status === 201 ? { Location: `/v2/pods${spec.id}` } : {}),
    'Marathon-Deployment-Id': deployment.id,
  });
}

function createPod(world: World, call: Call): Answer {
  const spec = readPod(call);
  if (world.specs.has(spec.id)) return message(409, `A pod with id [${spec.id}] already exists.`);
  return writePod(world, call, spec, 201);
}

function updatePod(world: World, call: Call, [idText = '']: readonly string[]): Answer {
  const id = canonicalId(idText);
  const spec = readPod(call);
  if (spec.id !== id) return { status: 400, body: `{"message": "'${id}' does not match definition's id ('${spec.id}')" }` };
  podCalled(world, idText);
  return writePod(world, call, spec, 200);
}

function deletePod(world: World, call: Call, [idText = '']: readonly string[]): Answer {
  const id = canonicalId(idText);
  if (world.specs.get(id)?.kind !== 'pod') return refuse(404, `Pod '${id}' does not exist`);
  const deployment = applyChange(world, {
    wanted: new Map([[id, undefined]]),
    groupId: parentId(id),
    locks: locksOf(call),
    announce: () => [podWritten(world, 'pod_deleted_event', call.clientIp, call.uri)],
  });
  return { status: 202, headers: { Location: deployment.id, 'Marathon-Deployment-Id': deployment.id } };
}

function podVersions(world: World, idText: string): readonly PodSpec[] {
  const { id } = podCalled(world, idText);
  return (world.history.get(id) ?? []).filter((spec) => spec.kind === 'pod');
}

function showPodVersion(world: World, _call: Call, [idText = '', version = '']: readonly string[]): Answer {
  const found = podVersions(world, idText).find((spec) => spec.version === version);
  return found === undefined ? refuse(404, `Pod '${canonicalId(idText)}' does not exist in version ${version}`) : json(200, podJson(found));
}

/** Kills one instance of a pod, or all; they are replaced. */
function deleteInstances(world: World, _call: Call, [idText = '', instanceId]: readonly string[]): Answer {
  const { id } = podCalled(world, idText);
  const chosen = instancesOf(world, id).filter((instance) => instanceId === undefined || instance.id === instanceId);
  if (instanceId !== undefined && chosen.length === 0) return refuse(404, `Instance '${instanceId}' does not exist`);
  const killed = chosen.map((instance) => ({ instanceId: { idString: instance.id }, agentInfo: { host: instance.placement?.agent.host } }));
  for (const instance of chosen) kill(world, instance, 'replace');
  return json(200, instanceId === undefined ? killed : killed[0]);
}

export const podRoutes: readonly Route[] = [
  { method: 'GET', pattern: /^\/v2\/pods\/?$/, handle: (world) => json(200, pods(world).map(podJson)) },
  { method: 'POST', pattern: /^\/v2\/pods\/?$/, handle: createPod },
  {
    method: 'GET',
    pattern: /^\/v2\/pods\/+::status$/,
    handle: (world) =>
      json(
        200,
        pods(world).map((spec) => podStatus(world, spec)),
      ),
  },
  {
    method: 'GET',
    pattern: /^\/v2\/pods\/(.+)::status$/,
    handle: (world, _call, [id = '']) => json(200, podStatus(world, podCalled(world, id))),
  },
  {
    method: 'GET',
    pattern: /^\/v2\/pods\/(.+)::versions$/,
    handle: (world, _call, [id = '']) =>
      json(
        200,
        podVersions(world, id).map(({ version }) => version),
      ),
  },
  { method: 'GET', pattern: /^\/v2\/pods\/(.+)::versions\/([^/]+)$/, handle: showPodVersion },
  { method: 'DELETE', pattern: /^\/v2\/pods\/(.+)::instances(?:\/([^/]+))?$/, handle: deleteInstances },
  { method: 'GET', pattern: /^\/v2\/pods\/(.+)$/, handle: (world, _call, [id = '']) => json(200, podJson(podCalled(world, id))) },
  { method: 'PUT', pattern: /^\/v2\/pods\/(.+)$/, handle: updatePod },
  { method: 'DELETE', pattern: /^\/v2\/pods\/(.+)$/, handle: deletePod },
];
