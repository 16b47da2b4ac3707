import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toOperatorEvent } from '../../src/mesos/facts/operator-events.ts';

const F = { value: 'F' };
const TASK = {
  name: 'web.shop',
  task_id: { value: 't.1' },
  framework_id: F,
  agent_id: { value: 'S0' },
  state: 'TASK_STAGING',
  resources: [
    { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
    { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 3201, end: 3202 }] } },
  ],
  discovery: { visibility: 'FRAMEWORK', name: 'web.shop', ports: { ports: [{ number: 3201, name: 'http', protocol: 'tcp' }] } },
  container: { type: 'DOCKER', docker: { image: 'nginx', port_mappings: [{ host_port: 3201, container_port: 80 }] } },
};
const TASK_FACT = {
  frameworkId: 'F',
  id: 't.1',
  name: 'web.shop',
  agentId: 'S0',
  state: 'TASK_STAGING',
  discovery: { name: 'web.shop', ports: [{ number: 3201, name: 'http', protocol: 'tcp' }] },
  hostPorts: [3201, 3202],
  isMapped: true,
  isChecked: false,
  addresses: {},
};
const AGENT = { agent_info: { id: { value: 'S0' }, hostname: 'h' }, active: true, pid: 'slave(1)@10.1.0.5:5051' };
const AGENT_FACT = { id: 'S0', pid: { host: '10.1.0.5', port: 5051 } };
const FRAMEWORK = { framework_info: { id: F, name: 'kafka', hostname: 'k' }, active: false };
const FRAMEWORK_FACT = { id: 'F', name: 'kafka', hostname: 'k', isActive: false };

const GOOD: readonly (readonly [sentence: string, json: unknown, expected: unknown])[] = [
  ['a heartbeat', { type: 'HEARTBEAT' }, { kind: 'heartbeat' }],
  ['a new task', { type: 'TASK_ADDED', task_added: { task: TASK } }, { kind: 'task-added', task: TASK_FACT }],
  [
    "a task's update: of its state, not of its status's",
    {
      type: 'TASK_UPDATED',
      task_updated: {
        framework_id: F,
        status: { task_id: { value: 't.1' }, state: 'TASK_RUNNING', timestamp: 5, healthy: true },
        state: 'TASK_KILLING',
      },
    },
    {
      kind: 'task-updated',
      frameworkId: 'F',
      taskId: 't.1',
      state: 'TASK_KILLING',
      status: { state: 'TASK_RUNNING', timestamp: 5, isHealthy: true, labels: [], networkInfos: [] },
    },
  ],
  ['an agent', { type: 'AGENT_ADDED', agent_added: { agent: AGENT } }, { kind: 'agent-added', agent: AGENT_FACT }],
  [
    'the end of an agent',
    { type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: 'S0' } } },
    { kind: 'agent-removed', agentId: 'S0' },
  ],
  ['a framework', { type: 'FRAMEWORK_ADDED', framework_added: { framework: FRAMEWORK } }, { kind: 'framework', framework: FRAMEWORK_FACT }],
  [
    'a changed framework',
    { type: 'FRAMEWORK_UPDATED', framework_updated: { framework: FRAMEWORK } },
    { kind: 'framework', framework: FRAMEWORK_FACT },
  ],
  [
    'the end of a framework',
    { type: 'FRAMEWORK_REMOVED', framework_removed: { framework_info: { id: F, name: 'kafka' } } },
    { kind: 'framework-removed', frameworkId: 'F' },
  ],
  ['what is of no meaning here', { type: 'OFFERS' }, { kind: 'other' }],
  ['a type that every object has', { type: 'constructor' }, { kind: 'other' }],
  [
    'all at the beginning, without what cannot be understood',
    {
      type: 'SUBSCRIBED',
      subscribed: {
        heartbeat_interval_seconds: 7,
        get_state: {
          get_tasks: { tasks: [TASK, {}, { ...TASK, task_id: 'x' }], completed_tasks: [TASK] },
          get_executors: {},
          get_frameworks: { frameworks: [FRAMEWORK, 1] },
          get_agents: { agents: [AGENT, { ...AGENT, pid: 'x' }], recovered_agents: [{ id: { value: 'S1' } }] },
        },
      },
    },
    {
      kind: 'subscribed',
      heartbeatSeconds: 7,
      facts: { agents: [AGENT_FACT], frameworks: [FRAMEWORK_FACT], tasks: [TASK_FACT], recoveredAgents: ['S1'], skipped: 4 },
    },
  ],
  [
    'nothing at the beginning',
    { type: 'SUBSCRIBED', subscribed: { get_state: { get_tasks: {}, get_frameworks: {}, get_agents: {} } } },
    { kind: 'subscribed', heartbeatSeconds: 15, facts: { agents: [], frameworks: [], tasks: [], recoveredAgents: [], skipped: 0 } },
  ],
];

const BAD: readonly (readonly [sentence: string, json: unknown])[] = [
  ['no object', 'x'],
  ['no type', {}],
  ['a task without an id', { type: 'TASK_ADDED', task_added: { task: { ...TASK, task_id: {} } } }],
  ['a task that is missing', { type: 'TASK_ADDED' }],
  [
    'an update without a task',
    { type: 'TASK_UPDATED', task_updated: { framework_id: F, status: { state: 'TASK_RUNNING' }, state: 'TASK_RUNNING' } },
  ],
  ['an agent without a pid', { type: 'AGENT_ADDED', agent_added: { agent: { ...AGENT, pid: 'x@y' } } }],
  ['a beginning without a state', { type: 'SUBSCRIBED', subscribed: {} }],
];

describe("an event of Mesos's operator API", () => {
  for (const [sentence, json, expected] of GOOD) it(`is ${sentence}`, () => assert.deepEqual(toOperatorEvent(json), expected));
  for (const [sentence, json] of BAD) it(`is bad with ${sentence}`, () => assert.equal(toOperatorEvent(json).kind, 'bad'));
});
