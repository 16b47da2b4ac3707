import type { Json } from './task.ts';

/** A framework that is registered with the masters. */
export interface MesosFramework {
  readonly id: string;
  readonly name: string;
  readonly hostname: string;
  /** Absent: it talks HTTP to its master, and has none. */
  readonly pid?: string;
  readonly active: boolean;
}

const info = ({ id, name, hostname }: MesosFramework): Json => ({ id: { value: id }, name, hostname, user: 'root', checkpoint: true });

export const operatorFramework = (framework: MesosFramework): Json => ({
  framework_info: info(framework),
  active: framework.active,
  connected: framework.active,
  recovered: false,
});

export const frameworkEvent = (kind: 'ADDED' | 'UPDATED' | 'REMOVED', framework: MesosFramework): Json =>
  kind === 'REMOVED'
    ? { type: 'FRAMEWORK_REMOVED', framework_removed: { framework_info: info(framework) } }
    : { type: `FRAMEWORK_${kind}`, [`framework_${kind.toLowerCase()}`]: { framework: operatorFramework(framework) } };

export const stateFramework = (framework: MesosFramework, tasks: readonly Json[]): Json => ({
  id: framework.id,
  name: framework.name,
  ...(framework.pid === undefined ? {} : { pid: framework.pid }),
  hostname: framework.hostname,
  active: framework.active,
  connected: framework.active,
  recovered: false,
  checkpoint: true,
  failover_timeout: 604_800,
  role: '*',
  tasks,
  unreachable_tasks: [],
  completed_tasks: [],
  executors: [],
  offers: [],
});
