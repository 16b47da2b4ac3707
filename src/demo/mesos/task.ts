/** A task as a master of Mesos has it, whichever way it is told. */
export interface MesosTask {
  readonly id: string;
  readonly name: string;
  readonly frameworkId: string;
  readonly agentId: string;
  readonly state: string;
  readonly hostPorts: readonly number[];
  readonly discovery?: { readonly name: string; readonly ports: readonly MesosPort[] };
  /** Of its last status; absent: nobody checks it, or no check has spoken. */
  readonly healthy?: boolean;
  readonly isChecked?: boolean;
  /** Of its container; none until it runs. */
  readonly addresses: readonly string[];
  readonly container?: Json;
}

export interface MesosPort {
  readonly number: number;
  readonly protocol: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export type Json = Readonly<Record<string, unknown>>;

/** States that a task does not leave: a master forgets it. */
const OVER = /^TASK_(FINISHED|FAILED|KILLED|LOST|ERROR|DROPPED|GONE|GONE_BY_OPERATOR)$/;

export const isOver = (state: string): boolean => OVER.test(state);

const labels = (entries: Readonly<Record<string, string>> = {}): readonly Json[] =>
  Object.entries(entries).map(([key, value]) => ({ key, value }));

/** The same in the state and in events. */
const discoveryJson = ({ discovery }: MesosTask): Json =>
  discovery === undefined
    ? {}
    : {
        discovery: {
          visibility: 'FRAMEWORK',
          name: discovery.name,
          ports: { ports: discovery.ports.map((port) => ({ ...port, labels: { labels: labels(port.labels) } })) },
        },
      };

const networkInfos = ({ addresses }: MesosTask): readonly Json[] =>
  addresses.length === 0
    ? []
    : [{ ip_addresses: addresses.map((ip) => ({ protocol: ip.includes(':') ? 'IPv6' : 'IPv4', ip_address: ip })) }];

const containerStatus = (task: MesosTask): Json => ({ container_status: { network_infos: networkInfos(task) } });

const health = ({ healthy }: MesosTask): Json => (healthy === undefined ? {} : { healthy });
const check = ({ isChecked }: MesosTask): Json => (isChecked === true ? { health_check: { type: 'COMMAND' } } : {});

const isStarted = ({ state }: MesosTask): boolean => state !== 'TASK_STAGING' && state !== 'TASK_STARTING';

/** The statuses are there in no order that means anything, as in a real one. */
const statuses = (task: MesosTask, nowSeconds: number): readonly Json[] => {
  const running = { state: 'TASK_RUNNING', timestamp: nowSeconds - 10, ...health(task), ...containerStatus(task) };
  const starting = { state: 'TASK_STARTING', timestamp: nowSeconds - 20 };
  const last = { state: task.state, timestamp: nowSeconds - 1 };
  if (!isStarted(task)) return task.state === 'TASK_STARTING' ? [starting] : [];
  return task.state === 'TASK_RUNNING' ? [running, starting] : [last, running, starting];
};

const rangesOf = (ports: readonly number[]): string => (ports.length === 0 ? '' : `[${ports.map((port) => `${port}-${port}`).join(', ')}]`);

/** As `/master/state` lists it. */
export const stateTask = (task: MesosTask, nowSeconds: number): Json => ({
  id: task.id,
  name: task.name,
  framework_id: task.frameworkId,
  executor_id: '',
  slave_id: task.agentId,
  state: task.state,
  role: '*',
  resources: { cpus: 0.1, mem: 128, disk: 0, gpus: 0, ...(task.hostPorts.length === 0 ? {} : { ports: rangesOf(task.hostPorts) }) },
  labels: [],
  ...discoveryJson(task),
  ...check(task),
  statuses: statuses(task, nowSeconds),
  ...(task.container === undefined ? {} : { container: task.container }),
});

const id = (value: string): Json => ({ value });

/** As the operator API has it. */
export const operatorTask = (task: MesosTask, nowSeconds: number, statusesToo: 'with-statuses' | 'bare'): Json => ({
  name: task.name,
  task_id: id(task.id),
  framework_id: id(task.frameworkId),
  agent_id: id(task.agentId),
  state: task.state,
  resources: [
    { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
    ...(task.hostPorts.length === 0
      ? []
      : [{ name: 'ports', type: 'RANGES', ranges: { range: task.hostPorts.map((port) => ({ begin: port, end: port })) } }]),
  ],
  ...discoveryJson(task),
  ...check(task),
  ...(statusesToo === 'bare'
    ? {}
    : { statuses: statuses(task, nowSeconds).map((status) => ({ task_id: id(task.id), agent_id: id(task.agentId), ...status })) }),
  ...(task.container === undefined ? {} : { container: task.container }),
});

export const taskUpdated = (task: MesosTask, nowSeconds: number): Json => ({
  type: 'TASK_UPDATED',
  task_updated: {
    framework_id: id(task.frameworkId),
    status: {
      task_id: id(task.id),
      agent_id: id(task.agentId),
      state: task.state,
      source: 'SOURCE_EXECUTOR',
      timestamp: nowSeconds,
      ...health(task),
      ...(isStarted(task) ? containerStatus(task) : {}),
    },
    state: task.state,
  },
});
