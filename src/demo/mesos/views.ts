import type { MesosCluster } from './cluster.ts';
import { agentPid, operatorAgent } from './cluster.ts';
import { operatorFramework, stateFramework } from './framework.ts';
import { type Json, operatorTask, stateTask } from './task.ts';

/** What a master answers to who asks for all. Times are seconds since 1970. */

const agentJson = (agent: MesosCluster['agents'][number]): Json => ({
  id: agent.id,
  hostname: agent.host,
  port: 5051,
  pid: agentPid(agent),
  active: agent.state === 'active',
  version: '1.9.0',
  attributes: {},
  resources: { cpus: 8, mem: 32_000, disk: 100_000, gpus: 0, ports: '[1025-2180, 2182-32000]' },
  domain: { fault_domain: { region: { name: agent.region }, zone: { name: agent.zone } } },
});

export const slavesJson = (cluster: MesosCluster): Json => ({
  slaves: cluster.agents.map(agentJson),
  recovered_slaves: cluster.recoveredAgents.map(({ id, host }) => ({ id, hostname: host, port: 5051 })),
});

/** @param self and leader as 'ip:port' */
export const stateJson = (cluster: MesosCluster, self: string, leader: string): Json => {
  const nowSeconds = Date.now() / 1000;
  const tasks = cluster.tasks();
  const tasksOf = (id: string): readonly Json[] => tasks.filter((it) => it.frameworkId === id).map((task) => stateTask(task, nowSeconds));
  return {
    version: '1.9.0',
    id: cluster.term.id,
    start_time: cluster.term.electedSeconds,
    elected_time: cluster.term.electedSeconds,
    pid: `master@${self}`,
    leader: `master@${leader}`,
    leader_info: { id: cluster.term.id, pid: `master@${leader}` },
    cluster: 'stand-in',
    ...slavesJson(cluster),
    frameworks: cluster.frameworks.map((framework) => stateFramework(framework, tasksOf(framework.id))),
    completed_frameworks: [],
    orphan_tasks: [],
  };
};

/** With the default limit of a real master. */
export const tasksJson = (cluster: MesosCluster, query: URLSearchParams): Json => {
  const nowSeconds = Date.now() / 1000;
  const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 100)];
  return {
    tasks: cluster
      .tasks()
      .slice(offset, offset + limit)
      .map((task) => stateTask(task, nowSeconds)),
  };
};

export const subscribedJson = (cluster: MesosCluster, heartbeatSeconds: number): Json => {
  const nowSeconds = Date.now() / 1000;
  return {
    type: 'SUBSCRIBED',
    subscribed: {
      heartbeat_interval_seconds: heartbeatSeconds,
      get_state: {
        get_tasks: { tasks: cluster.tasks().map((task) => operatorTask(task, nowSeconds, 'with-statuses')) },
        get_executors: {},
        get_frameworks: { frameworks: cluster.frameworks.map(operatorFramework) },
        get_agents: {
          agents: cluster.agents.map(operatorAgent),
          recovered_agents: cluster.recoveredAgents.map((agent) => operatorAgent(agent)['agent_info']),
        },
      },
    },
  };
};
