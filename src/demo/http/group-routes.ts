import { z } from 'zod';
import { type Answer, json, refuse } from '../answer.ts';
import { applyChange } from '../deployments/change.ts';
import { stepsJson } from '../deployments/deployment.ts';
import { planSteps } from '../deployments/plan-steps.ts';
import { canonicalId, isWithin, parentId } from '../ids.ts';
import { podStatus } from '../instances/pod-status.ts';
import { appWithEmbeds, parseEmbeds } from '../specs/app-answer.ts';
import { type AppInput, appSchema } from '../specs/app-schema.ts';
import { groupIds, type GroupParts, groupTree } from '../specs/group-tree.ts';
import { podJson } from '../specs/pod-json.ts';
import { asNewVersion, instanceCount, type RunSpec, withInstanceCount } from '../specs/run-spec.ts';
import type { World } from '../world.ts';
import { appFrom, deploymentAnswer } from './app-writes.ts';
import { type Call, flag, locksOf, type Route } from './call.ts';
import { readBody } from './read-body.ts';

interface GroupInput {
  readonly id?: string | undefined;
  readonly apps?: readonly AppInput[] | undefined;
  readonly groups?: readonly GroupInput[] | undefined;
  readonly scaleBy?: number | undefined;
}

const groupSchema: z.ZodType<GroupInput> = z.object({
  id: z.string().optional(),
  apps: z.array(appSchema).optional(),
  get groups() {
    return z.array(groupSchema).optional();
  },
  scaleBy: z.number().optional(),
});

function groupCalled(world: World, idText: string): string {
  const id = canonicalId(idText);
  return groupIds(world).has(id) ? id : refuse(404, `Group '${id}' does not exist`);
}

function showGroup(world: World, call: Call, [idText = '']: readonly string[]): Answer {
  const id = groupCalled(world, idText);
  return json(200, groupTree(world, id, partsCalled(world, call)));
}

/** Without `embed` all is shown; with it only what it names. */
function partsCalled(world: World, call: Call): GroupParts {
  const asked = call.query.getAll('embed');
  const wanted = new Set(parseEmbeds(asked.filter((text) => text.startsWith('group.apps.'))));
  const names = asked.flatMap((text) =>
    (['groups', 'apps', 'pods'] as const).filter((name) => text === `group.${name}` || text.startsWith(`group.${name}.`)),
  );
  return {
    app: (spec) => (spec.kind === 'app' ? appWithEmbeds(world, spec, wanted) : {}),
    pod: (spec) => (spec.kind === 'pod' ? (asked.includes('group.pods.status') ? podStatus(world, spec) : podJson(spec)) : {}),
    shows: new Set(asked.length === 0 ? ['groups', 'apps', 'pods'] : names),
  };
}

function createGroup(world: World, call: Call, [idText]: readonly string[]): Answer {
  const input = readBody(groupSchema, call.body);
  const id = resolveId(idText ?? '/', input.id ?? '');
  if (groupIds(world).has(id)) return refuse(409, `Group ${id} is already created. Use PUT to change this group.`);
  return writeGroup(world, call, id, input, 201);
}

function updateGroup(world: World, call: Call, [idText = '/']: readonly string[]): Answer {
  const input = readBody(groupSchema, call.body);
  const id = canonicalId(idText);
  if (input.scaleBy === undefined) return writeGroup(world, call, id, input, groupIds(world).has(id) ? 200 : 201);
  groupCalled(world, id);
  const factor = input.scaleBy;
  const scaled = within(world, id).map((spec) => [spec.id, withInstanceCount(spec, Math.ceil(instanceCount(spec) * factor))] as const);
  return applyOrDryRun(world, call, id, new Map(scaled), 200);
}

function writeGroup(world: World, call: Call, id: string, input: GroupInput, status: number): Answer {
  const wanted = new Map<string, RunSpec | undefined>();
  // What the group no longer names goes; a part that is not sent at all stays.
  if (input.apps !== undefined || input.groups !== undefined) {
    for (const spec of within(world, id)) if (spec.kind === 'app') wanted.set(spec.id, undefined);
  }
  collect(world, id, input, wanted);
  if (!flag(call, 'dryRun')) world.groups.set(id, world.clock.version());
  return applyOrDryRun(world, call, id, wanted, status);
}

function collect(world: World, groupId: string, { apps = [], groups = [] }: GroupInput, wanted: Map<string, RunSpec | undefined>): void {
  for (const app of apps) {
    const id = resolveId(groupId, app.id);
    const current = world.specs.get(id);
    wanted.set(id, appFrom(world, id, app, current?.kind === 'app' ? current : undefined, 'replace'));
  }
  for (const group of groups) collect(world, resolveId(groupId, group.id ?? ''), group, wanted);
}

function applyOrDryRun(
  world: World,
  call: Call,
  groupId: string,
  wanted: ReadonlyMap<string, RunSpec | undefined>,
  status: number,
): Answer {
  if (!flag(call, 'dryRun')) return deploymentAnswer(status, applyChange(world, { wanted, groupId, locks: locksOf(call) }));
  const version = world.clock.version();
  const transitions = new Map(
    [...wanted].map(([id, spec]) => {
      const before = world.specs.get(id);
      return [id, { before, after: spec === undefined ? undefined : asNewVersion(spec, before, version) }] as const;
    }),
  );
  return json(200, { steps: stepsJson(planSteps(transitions)) });
}

function deleteGroup(world: World, call: Call, [idText = '/']: readonly string[]): Answer {
  const id = groupCalled(world, idText);
  const wanted = new Map(within(world, id).map((spec) => [spec.id, undefined] as const));
  const deployment = applyChange(world, { wanted, groupId: parentId(id), locks: locksOf(call) });
  for (const group of [...world.groups.keys()]) if (isWithin(group, id)) world.groups.delete(group);
  return deploymentAnswer(200, deployment);
}

function within(world: World, groupId: string): readonly RunSpec[] {
  return [...world.specs.values()].filter(({ id }) => isWithin(id, groupId));
}

/** Ids inside of a group may be relative to it. */
function resolveId(groupId: string, text: string): string {
  return text.startsWith('/') ? canonicalId(text) : canonicalId(`${groupId}/${text}`);
}

export const groupRoutes: readonly Route[] = [
  { method: 'GET', pattern: /^\/v2\/groups(?:\/+(.*))?$/, handle: showGroup },
  { method: 'POST', pattern: /^\/v2\/groups(?:\/+(.*))?$/, handle: createGroup },
  { method: 'PUT', pattern: /^\/v2\/groups(?:\/+(.*))?$/, handle: updateGroup },
  { method: 'DELETE', pattern: /^\/v2\/groups(?:\/+(.*))?$/, handle: deleteGroup },
];
