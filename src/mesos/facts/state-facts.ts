import { z } from 'zod';
import { discoverySchema } from './discovery.ts';
import type { AgentFact, FrameworkFact, TaskFact, WholeFacts } from './facts.ts';
import { parsePorts } from './host-ports.ts';
import { parsePid } from './pid.ts';
import { placeText } from '../detect/masters.ts';
import { containerSchema, isMappedContainer, labelSchema, networkInfosSchema, withStatuses } from './statuses.ts';

/** What `GET /master/state` says. Only what is read is looked at: a master may have more fields, and others, in each version. */

const statusSchema = z
  .object({
    state: z.string(),
    timestamp: z.number().default(0),
    healthy: z.boolean().optional(),
    labels: z.array(labelSchema).default([]),
    container_status: z.object({ network_infos: networkInfosSchema.default([]) }).default({ network_infos: [] }),
  })
  .transform(({ state, timestamp, healthy, labels, container_status: container }) => ({
    state,
    timestamp,
    isHealthy: healthy,
    labels,
    networkInfos: container.network_infos,
  }));

const taskSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  slave_id: z.string(),
  state: z.string(),
  resources: z.object({ ports: z.string().default('') }).default({ ports: '' }),
  discovery: discoverySchema.optional(),
  statuses: z.array(statusSchema).default([]),
  container: containerSchema.optional(),
  health_check: z.unknown().optional(),
});

const recoveredSchema = z.object({ id: z.string() });

const agentSchema = z.object({ id: z.string().min(1), pid: z.string() });

const frameworkSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  pid: z.string().optional(),
  hostname: z.string().default(''),
  active: z.boolean().default(true),
  tasks: z.array(z.unknown()).default([]),
});

const stateSchema = z.object({
  id: z.string().optional(),
  pid: z.string().optional(),
  elected_time: z.number().optional(),
  leader: z.string().optional(),
  slaves: z.array(z.unknown()),
  recovered_slaves: z.array(z.unknown()).default([]),
  frameworks: z.array(z.unknown()),
});

const toStateTask = (raw: unknown, frameworkId: string): TaskFact | undefined => {
  const { data } = taskSchema.safeParse(raw);
  if (data === undefined) return undefined;
  const { id, name, slave_id: agentId, state, resources, discovery, statuses, container, health_check: check } = data;
  const task: TaskFact = {
    frameworkId,
    id,
    name,
    agentId,
    state,
    ...(discovery === undefined ? {} : { discovery }),
    hostPorts: parsePorts(resources.ports),
    isMapped: container !== undefined && isMappedContainer(container),
    isChecked: check !== undefined,
    addresses: {},
  };
  return withStatuses(task, statuses);
};

const toStateAgent = (raw: unknown): AgentFact | undefined => {
  const { data } = agentSchema.safeParse(raw);
  const pid = data === undefined ? undefined : parsePid(data.pid);
  return data === undefined || pid === undefined ? undefined : { id: data.id, pid };
};

interface FrameworkWithTasks {
  readonly framework: FrameworkFact;
  readonly tasks: readonly unknown[];
}

/** One whose pid cannot be read is known by its hostname all the same. */
const toFramework = (raw: unknown): (FrameworkWithTasks & { readonly hasBadPid: boolean }) | undefined => {
  const { data } = frameworkSchema.safeParse(raw);
  if (data === undefined) return undefined;
  const { id, name, pid: text, hostname, active, tasks } = data;
  const pid = text === undefined ? undefined : parsePid(text);
  const framework = { id, name, hostname, ...(pid === undefined ? {} : { pid }), isActive: active };
  return { framework, tasks, hasBadPid: text !== undefined && text !== '' && pid === undefined };
};

/** Where its master is, and who leads, as both say themselves. */
export interface StateHead {
  /** 'ip:port' each; absent: not told. */
  readonly self?: string;
  readonly leader?: string;
}

const placeOf = (pid: string | undefined): string | undefined => {
  const place = pid === undefined ? undefined : parsePid(pid);
  return place === undefined ? undefined : placeText(place);
};

/** @throws ZodError: it is no master's state */
export const toHead = (json: unknown): StateHead => {
  const { pid, leader: leading } = stateSchema.parse(json);
  const self = placeOf(pid);
  const leader = placeOf(leading);
  return { ...(self === undefined ? {} : { self }), ...(leader === undefined ? {} : { leader }) };
};

/**
 * All that a state holds; what cannot be understood is left out and counted, each object for itself.
 * @yields now and then, so that whoever asks can let others have their turn
 * @throws ZodError: it is no master's state
 */
export function* toFacts(json: unknown): Generator<void, WholeFacts> {
  const state = stateSchema.parse(json);
  const { leader } = toHead(json);
  const agents = state.slaves.map(toStateAgent);
  const frameworks = state.frameworks.map(toFramework);
  const tasks: TaskFact[] = [];
  let skipped = agents.filter((it) => it === undefined).length + frameworks.filter((it) => it === undefined || it.hasBadPid).length;
  for (const { framework, tasks: raw } of frameworks.filter((it) => it !== undefined)) {
    for (const one of raw) {
      const task = toStateTask(one, framework.id);
      if (task === undefined) skipped += 1;
      else if (tasks.push(task) % 200 === 0) yield;
    }
  }
  const { id, elected_time: electedTime } = state;
  return {
    agents: agents.filter((it) => it !== undefined),
    frameworks: frameworks.flatMap((it) => (it === undefined ? [] : [it.framework])),
    tasks,
    recoveredAgents: state.recovered_slaves.flatMap((one) => recoveredSchema.safeParse(one).data?.id ?? []),
    ...(leader === undefined ? {} : { leader }),
    ...(id === undefined ? {} : { identity: { id, ...(electedTime === undefined ? {} : { electedTime }) } }),
    skipped,
  };
}
