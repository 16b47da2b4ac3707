import { z } from 'zod';
import { type Answer, json, message, refuse } from '../answer.ts';
import { applyChange } from '../deployments/change.ts';
import { canonicalId, isTaskId, isWithin, parentId } from '../ids.ts';
import type { Instance } from '../instances/instance.ts';
import { kill } from '../instances/kill.ts';
import { taskJson, taskWithServicePorts } from '../instances/task-json.ts';
import { servicePorts } from '../specs/definition.ts';
import { instanceCount, type RunSpec, withInstanceCount } from '../specs/run-spec.ts';
import { instancesOf, type World } from '../world.ts';
import { deploymentAnswer } from './app-writes.ts';
import { type Call, flag, locksOf, type Route } from './call.ts';
import { readBody } from './read-body.ts';

/** Instances that the API shows: those of apps that are in it. A deleted app's tasks are gone at once, though they still run. */
function shown(world: World, kind: RunSpec['kind'] = 'app'): readonly Instance[] {
  return [...world.specs.values()]
    .filter((spec) => spec.kind === kind)
    .flatMap(({ id }) => instancesOf(world, id).filter((it) => it.placement !== undefined));
}

function listTasks(world: World, call: Call): Answer {
  const statuses = new Set([...call.query.getAll('status'), ...call.query.getAll('status[]')]);
  const wanted = (instance: Instance): boolean => {
    if (statuses.size === 0) return true;
    return instance.condition === 'Running'
      ? statuses.has('running')
      : statuses.has('staging') && instance.tasks[0]?.state === 'TASK_STAGING';
  };
  const instances = shown(world).filter(wanted);
  // Gone in 1.11, but balancers of old read it.
  if (call.accept.includes('text/plain')) return { status: 200, body: asTable(instances), contentType: 'text/plain' };
  return json(200, { tasks: instances.map((instance) => taskWithServicePorts(world, instance)) });
}

/** One line per service port: app id, port, and host:port of each running task, with tabs between. */
function asTable(instances: readonly Instance[]): string {
  const rows = new Map<string, string[]>();
  for (const { spec, placement, condition } of instances) {
    if (spec.kind !== 'app' || placement === undefined || condition !== 'Running') continue;
    servicePorts(spec.definition).forEach((port, index) => {
      const row = `${spec.id.slice(1).replaceAll('/', '_')}\t${port}`;
      rows.set(row, [...(rows.get(row) ?? []), `${placement.agent.host}:${placement.hostPorts[index] ?? 0}`]);
    });
  }
  return [...rows].map(([row, addresses]) => `${row}\t${addresses.join('\t')}\t\n`).join('');
}

/** `{id}` may end in `*`: then it is a group. */
function instancesCalled(world: World, idText: string): readonly Instance[] {
  if (idText.endsWith('*')) {
    const group = canonicalId(idText.slice(0, -1));
    return shown(world).filter(({ spec }) => isWithin(spec.id, group));
  }
  const id = canonicalId(idText);
  if (world.specs.get(id)?.kind !== 'app') refuse(404, `App '${id}' does not exist`);
  return instancesOf(world, id).filter(({ placement }) => placement !== undefined);
}

function listAppTasks(world: World, _call: Call, [idText = '']: readonly string[]): Answer {
  return json(200, { tasks: instancesCalled(world, idText).map((instance) => taskJson(world, instance)) });
}

function deleteAppTasks(world: World, call: Call, [idText = '']: readonly string[]): Answer {
  refuseScaleAndWipe(call);
  const host = call.query.get('host');
  const chosen = instancesCalled(world, idText).filter(({ placement }) => host === null || host === '*' || placement?.agent.host === host);
  return killTasks(world, call, chosen, parentId(canonicalId(idText)), () =>
    json(200, { tasks: chosen.map((instance) => taskJson(world, instance)) }),
  );
}

function deleteAppTask(world: World, call: Call, [idText = '', taskId = '']: readonly string[]): Answer {
  refuseScaleAndWipe(call);
  const instance = instancesCalled(world, idText).find(({ tasks }) => tasks.some(({ id }) => id === taskId));
  if (instance === undefined) return refuse(404, `Task '${taskId}' does not exist`);
  return killTasks(world, call, [instance], parentId(canonicalId(idText)), () => json(200, { task: taskJson(world, instance) }));
}

const taskIdsSchema = z.object({ ids: z.array(z.string()) });

function deleteTasks(world: World, call: Call): Answer {
  refuseScaleAndWipe(call);
  const { ids } = readBody(taskIdsSchema, call.body);
  const malformed = ids.find((id) => !isTaskId(id));
  if (malformed !== undefined) return refuse(400, `Invalid task id '${malformed}'. [malformed]`);
  // Unknown ones are skipped.
  const visible = new Set(shown(world));
  const chosen = [...new Set(ids.flatMap((id) => world.instanceOfTask.get(id) ?? []))].filter((instance) => visible.has(instance));
  return killTasks(world, call, chosen, '/', () => json(200, { tasks: chosen.map((instance) => taskWithServicePorts(world, instance)) }));
}

/** With `scale=true` the apps get smaller by what is killed, in one deployment; otherwise the tasks are replaced. */
function killTasks(world: World, call: Call, chosen: readonly Instance[], groupId: string, shownBefore: () => Answer): Answer {
  if (!flag(call, 'scale')) {
    const answer = shownBefore();
    for (const instance of chosen) kill(world, instance, 'replace');
    return answer;
  }
  const wanted = new Map<string, RunSpec>();
  for (const { spec } of chosen) {
    const current = wanted.get(spec.id) ?? world.specs.get(spec.id);
    if (current !== undefined) wanted.set(spec.id, withInstanceCount(current, Math.max(0, instanceCount(current) - 1)));
  }
  const change = {
    wanted,
    groupId,
    locks: locksOf(call),
    prepare: () => chosen.forEach((instance) => kill(world, instance, 'remove')),
  } as const;
  return deploymentAnswer(200, applyChange(world, change));
}

function refuseScaleAndWipe(call: Call): void {
  if (flag(call, 'scale') && flag(call, 'wipe')) refuse(400, 'You cannot use scale and wipe at the same time.');
}

export const taskRoutes: readonly Route[] = [
  { method: 'GET', pattern: /^\/v2\/tasks\/?$/, handle: listTasks },
  { method: 'POST', pattern: /^\/v2\/tasks\/delete$/, handle: deleteTasks },
  { method: 'GET', pattern: /^\/v2\/apps\/(.+)\/tasks$/, handle: listAppTasks },
  { method: 'DELETE', pattern: /^\/v2\/apps\/(.+)\/tasks$/, handle: deleteAppTasks },
  { method: 'DELETE', pattern: /^\/v2\/apps\/(.+)\/tasks\/([^/]+)$/, handle: deleteAppTask },
  {
    method: 'GET',
    pattern: /^\/v2\/apps\/(.+)\/tasks\/([^/]+)$/,
    handle: (world, _call, [idText = '', taskId = '']) => {
      const instance = instancesCalled(world, idText).find(({ tasks }) => tasks.some(({ id }) => id === taskId));
      return instance === undefined ? message(404, `Task '${taskId}' does not exist`) : json(200, { task: taskJson(world, instance) });
    },
  },
];
