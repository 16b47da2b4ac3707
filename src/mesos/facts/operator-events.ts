import { z } from 'zod';
import { discoverySchema } from './discovery.ts';
import type { AgentFact, FrameworkFact, TaskFact, WholeFacts } from './facts.ts';
import { portsIn } from './host-ports.ts';
import { parsePid } from './pid.ts';
import { containerSchema, isMappedContainer, labelSchema, networkInfosSchema, type Status, withStatuses } from './statuses.ts';

/** Events of Mesos's operator API (v1), as facts. */
export type OperatorEvent =
  | { readonly kind: 'subscribed'; readonly facts: WholeFacts; readonly heartbeatSeconds: number }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'task-added'; readonly task: TaskFact }
  | {
      readonly kind: 'task-updated';
      readonly frameworkId: string;
      readonly taskId: string;
      /** Of the task as its master sees it: it may be newer than that of the status. */
      readonly state: string;
      readonly status: Status;
    }
  | { readonly kind: 'agent-added'; readonly agent: AgentFact }
  | { readonly kind: 'agent-removed'; readonly agentId: string }
  /** Added, or changed. */
  | { readonly kind: 'framework'; readonly framework: FrameworkFact }
  | { readonly kind: 'framework-removed'; readonly frameworkId: string }
  /** Of no meaning here. */
  | { readonly kind: 'other' }
  /** One that should have a meaning, and cannot be understood. */
  | { readonly kind: 'bad'; readonly because: string };

/** Mesos's default, for a master that does not tell. */
const HEARTBEAT_SECONDS = 15;

const idSchema = z.object({ value: z.string().min(1) }).transform(({ value }) => value);

const statusSchema = z
  .object({
    task_id: idSchema.optional(),
    state: z.string(),
    timestamp: z.number().default(0),
    healthy: z.boolean().optional(),
    labels: z.object({ labels: z.array(labelSchema).default([]) }).default({ labels: [] }),
    container_status: z.object({ network_infos: networkInfosSchema.default([]) }).default({ network_infos: [] }),
  })
  .transform(({ task_id: taskId, state, timestamp, healthy, labels, container_status: container }) => ({
    taskId,
    state,
    timestamp,
    isHealthy: healthy,
    labels: labels.labels,
    networkInfos: container.network_infos,
  }));

const resourceSchema = z.object({
  name: z.string(),
  ranges: z.object({ range: z.array(z.object({ begin: z.number(), end: z.number() })).default([]) }).optional(),
});

const taskSchema = z
  .object({
    name: z.string(),
    task_id: idSchema,
    framework_id: idSchema,
    agent_id: idSchema,
    state: z.string(),
    resources: z.array(resourceSchema).default([]),
    statuses: z.array(statusSchema).default([]),
    discovery: discoverySchema.optional(),
    container: containerSchema.optional(),
    health_check: z.unknown().optional(),
  })
  .transform(({ name, task_id: id, framework_id: frameworkId, agent_id: agentId, state, ...rest }): TaskFact => {
    const ranges = rest.resources.filter((resource) => resource.name === 'ports').flatMap((resource) => resource.ranges?.range ?? []);
    const task: TaskFact = {
      frameworkId,
      id,
      name,
      agentId,
      state,
      ...(rest.discovery === undefined ? {} : { discovery: rest.discovery }),
      hostPorts: portsIn(ranges),
      isMapped: rest.container !== undefined && isMappedContainer(rest.container),
      isChecked: rest.health_check !== undefined,
      addresses: {},
    };
    return withStatuses(task, rest.statuses);
  });

const agentSchema = z
  .object({ agent_info: z.object({ id: idSchema }), pid: z.string() })
  .transform(({ agent_info: info, pid: text }, context): AgentFact => {
    const pid = parsePid(text);
    if (pid !== undefined) return { id: info.id, pid };
    context.addIssue(`its pid is '${text}'`);
    return z.NEVER;
  });

const frameworkInfoSchema = z.object({ id: idSchema, name: z.string(), hostname: z.string().default('') });

/** Its pid is not in these events: the state has it. */
const frameworkSchema = z
  .object({ framework_info: frameworkInfoSchema, active: z.boolean().default(true) })
  .transform(({ framework_info: { id, name, hostname }, active }): FrameworkFact => ({ id, name, hostname, isActive: active }));

const recoveredSchema = z.object({ id: idSchema }).transform(({ id }) => id);

const list = z.array(z.unknown()).default([]);
const wholeSchema = z.object({
  get_tasks: z.object({ tasks: list }).default({ tasks: [] }),
  get_frameworks: z.object({ frameworks: list }).default({ frameworks: [] }),
  get_agents: z.object({ agents: list, recovered_agents: list }).default({ agents: [], recovered_agents: [] }),
});

/** Those that can be understood, and how many cannot. */
const eachOf = <T>(schema: z.ZodType<T>, raw: readonly unknown[]): { readonly good: readonly T[]; readonly bad: number } => {
  const read = raw.map((one) => schema.safeParse(one));
  const good = read.flatMap(({ data }) => (data === undefined ? [] : [data]));
  return { good, bad: raw.length - good.length };
};

const subscribedSchema = z
  .object({ get_state: wholeSchema, heartbeat_interval_seconds: z.number().positive().default(HEARTBEAT_SECONDS) })
  .transform(({ get_state: state, heartbeat_interval_seconds: heartbeatSeconds }): OperatorEvent => {
    const agents = eachOf(agentSchema, state.get_agents.agents);
    const frameworks = eachOf(frameworkSchema, state.get_frameworks.frameworks);
    const tasks = eachOf(taskSchema, state.get_tasks.tasks);
    const facts: WholeFacts = {
      agents: agents.good,
      frameworks: frameworks.good,
      tasks: tasks.good,
      recoveredAgents: eachOf(recoveredSchema, state.get_agents.recovered_agents).good,
      skipped: agents.bad + frameworks.bad + tasks.bad,
    };
    return { kind: 'subscribed', facts, heartbeatSeconds };
  });

const updatedSchema = z
  .object({ framework_id: idSchema, status: statusSchema, state: z.string() })
  .transform(({ framework_id: frameworkId, status: { taskId, ...status }, state }, context): OperatorEvent => {
    if (taskId !== undefined) return { kind: 'task-updated', frameworkId, taskId, state, status };
    context.addIssue('its status has no task_id');
    return z.NEVER;
  });

const framework = z
  .object({ framework: frameworkSchema })
  .transform((it): OperatorEvent => ({ kind: 'framework', framework: it.framework }));

/** By type: where what it says is, and how it is understood. */
const READERS: Readonly<Record<string, readonly [field: string, schema: z.ZodType<OperatorEvent>]>> = {
  SUBSCRIBED: ['subscribed', subscribedSchema],
  TASK_ADDED: ['task_added', z.object({ task: taskSchema }).transform(({ task }): OperatorEvent => ({ kind: 'task-added', task }))],
  TASK_UPDATED: ['task_updated', updatedSchema],
  AGENT_ADDED: ['agent_added', z.object({ agent: agentSchema }).transform(({ agent }): OperatorEvent => ({ kind: 'agent-added', agent }))],
  AGENT_REMOVED: [
    'agent_removed',
    z.object({ agent_id: idSchema }).transform((it): OperatorEvent => ({ kind: 'agent-removed', agentId: it.agent_id })),
  ],
  FRAMEWORK_ADDED: ['framework_added', framework],
  FRAMEWORK_UPDATED: ['framework_updated', framework],
  FRAMEWORK_REMOVED: [
    'framework_removed',
    z
      .object({ framework_info: z.object({ id: idSchema }) })
      .transform((it): OperatorEvent => ({ kind: 'framework-removed', frameworkId: it.framework_info.id })),
  ],
};

const eventSchema = z.looseObject({ type: z.string() });

/** @param json one record of the stream, parsed */
export const toOperatorEvent = (json: unknown): OperatorEvent => {
  const { data: event } = eventSchema.safeParse(json);
  if (event === undefined) return { kind: 'bad', because: 'a record is no event' };
  if (event.type === 'HEARTBEAT') return { kind: 'heartbeat' };
  const reader = Object.hasOwn(READERS, event.type) ? READERS[event.type] : undefined;
  if (reader === undefined) return { kind: 'other' };
  const [field, schema] = reader;
  const { data, error } = schema.safeParse(event[field]);
  if (data !== undefined) return data;
  const { path = [], message = '' } = error.issues[0] ?? {};
  return { kind: 'bad', because: `${event.type} cannot be understood: ${path.join('.')} ${message}`.slice(0, 300) };
};

export const isOver = (state: string): boolean => OVER.has(state);

const OVER: ReadonlySet<string> = new Set([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
]);
