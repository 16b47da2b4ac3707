import { type Answer, json, message, refuse } from '../answer.ts';
import { applyChange, type Change } from '../deployments/change.ts';
import type { Deployment } from '../deployments/deployment.ts';
import { apiPosted } from '../events/change-events.ts';
import { canonicalId, parentId } from '../ids.ts';
import { appWithEmbeds } from '../specs/app-answer.ts';
import { appJson } from '../specs/app-json.ts';
import { type AppChange, appSchema } from '../specs/app-schema.ts';
import { completeApp } from '../specs/complete.ts';
import { servicePorts } from '../specs/definition.ts';
import { modernised } from '../specs/legacy-input.ts';
import type { AppSpec, RunSpec } from '../specs/run-spec.ts';
import { invalidFields } from '../specs/validate.ts';
import type { World } from '../world.ts';
import { type Call, flag, locksOf } from './call.ts';
import { readBody, refuseInvalid } from './read-body.ts';

const changeSchema = appSchema.partial({ id: true });

/** What a write answers: the plan is stored, not yet carried out. */
export function deploymentAnswer(status: number, { version, id }: Deployment): Answer {
  return json(status, { version, deploymentId: id }, { 'Marathon-Deployment-Id': id });
}

/** @throws Refused 422 when a value is wrong */
export function appFrom(world: World, id: string, change: AppChange, current: AppSpec | undefined, base: 'merge' | 'replace'): AppSpec {
  const own = current === undefined ? [] : servicePorts(current.definition);
  const wantedPorts = portsWanted(change);
  const definition = completeApp(change, base === 'merge' ? current?.definition : undefined, {
    personality: world.personality,
    takeServicePort: world.servicePorts.taker(own, wantedPorts),
  });
  refuseInvalid(invalidFields(id, definition));
  return { kind: 'app', id, version: '', lastScalingAt: '', lastConfigChangeAt: '', definition };
}

function portsWanted(change: AppChange): readonly number[] {
  const { portDefinitions, container } = modernised(change);
  const wanted = [...(portDefinitions ?? []).map(({ port }) => port), ...(container?.portMappings ?? []).map((it) => it.servicePort)];
  return wanted.filter((port) => typeof port === 'number').filter((port) => port !== 0);
}

/** Publishes the app as it was stored; only writes of one app do. */
function announceApp(world: World, call: Call, id: string): NonNullable<Change['announce']> {
  return (stored) => {
    const spec = stored.get(id);
    return spec?.kind === 'app' ? [apiPosted(world, call.clientIp, call.uri, appJson(spec, world.personality))] : [];
  };
}

export function createApp(world: World, call: Call): Answer {
  const change = readBody(appSchema, call.body);
  const id = canonicalId(change.id);
  if (world.specs.has(id)) return message(409, `An app with id [${id}] already exists.`);
  const spec = appFrom(world, id, change, undefined, 'replace');
  const deployment = applyChange(world, {
    wanted: new Map([[id, spec]]),
    groupId: parentId(id),
    locks: locksOf(call),
    announce: announceApp(world, call, id),
  });
  const stored = deployment.transitions.get(id)?.after;
  const body = stored?.kind === 'app' ? appWithEmbeds(world, stored, new Set(['counts'])) : {};
  return json(201, { ...body, deployments: [{ id: deployment.id }] }, { Location: id, 'Marathon-Deployment-Id': deployment.id });
}

export function putApp(world: World, call: Call, [idText = '']: readonly string[]): Answer {
  const id = canonicalId(idText);
  const change = readBody(changeSchema, call.body);
  const current = world.specs.get(id);
  if (current?.kind === 'pod') return refuse(409, `An app with id [${id}] already exists.`);
  if (current === undefined && (call.method === 'PATCH' || change.version)) return refuse(404, `App '${id}' does not exist`);
  const base = call.method === 'PUT' && !flag(call, 'partialUpdate', 'true') ? 'replace' : 'merge';
  const spec = change.version ? pastVersion(world, id, change.version) : appFrom(world, id, change, current, base);
  const deployment = applyChange(world, {
    wanted: new Map([[id, spec]]),
    groupId: parentId(id),
    locks: locksOf(call),
    announce: announceApp(world, call, id),
  });
  return deploymentAnswer(current === undefined ? 201 : 200, deployment);
}

/** `{"version": "..."}` rolls back to what the app was then. */
function pastVersion(world: World, id: string, version: string): RunSpec {
  const past = world.history.get(id)?.find((spec) => spec.version === version);
  return past ?? refuse(422, `Rollback version does not exist`);
}

/** PUT and PATCH of a list: one deployment, and no api_post_event. */
export function patchApps(world: World, call: Call): Answer {
  const changes = readBody(appSchema.array(), call.body);
  const base = call.method === 'PUT' && !flag(call, 'partialUpdate', 'true') ? 'replace' : 'merge';
  const wanted = new Map<string, RunSpec>();
  for (const change of changes) {
    const id = canonicalId(change.id);
    const current = world.specs.get(id);
    if (current === undefined && call.method === 'PATCH') return refuse(404, `App '${id}' does not exist`);
    wanted.set(id, appFrom(world, id, change, current?.kind === 'app' ? current : undefined, base));
  }
  return deploymentAnswer(200, applyChange(world, { wanted, groupId: '/', locks: locksOf(call) }));
}

/** The one write that overrides locks unless told not to. */
export function deleteApp(world: World, call: Call, [idText = '']: readonly string[]): Answer {
  const id = canonicalId(idText);
  if (world.specs.get(id)?.kind !== 'app') return refuse(404, `App '${id}' does not exist`);
  const change: Change = { wanted: new Map([[id, undefined]]), groupId: parentId(id), locks: locksOf(call, 'true') };
  return deploymentAnswer(200, applyChange(world, change));
}

export function restartApp(world: World, call: Call, [idText = '']: readonly string[]): Answer {
  const id = canonicalId(idText);
  const current = world.specs.get(id);
  if (current?.kind !== 'app') return refuse(404, `App '${id}' does not exist`);
  return deploymentAnswer(
    200,
    applyChange(world, { wanted: new Map([[id, current]]), restart: new Set([id]), groupId: parentId(id), locks: locksOf(call) }),
  );
}
