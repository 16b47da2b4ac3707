import type { NamedTask } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import { TYPE } from '../record.ts';
import { below, type Emit, srvData } from './emit.ts';
import { hasDiscovery, type TaskForm } from './task-forms.ts';

const PROTOCOLS = ['_tcp', '_udp'];

export const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65536;

/**
 * SRV records of host ports, for both protocols as nobody says which. They lead to the agent; without DiscoveryInfo the task's own name has them too.
 * A task without a canonical name has none: no other name leads to its port alone.
 */
export const hostPortRecords = (task: NamedTask, form: TaskForm, naming: Naming, emit: Emit): void => {
  const target = form.slaveCanonical;
  if (target === undefined) return;
  const parents = hasDiscovery(task) ? [form.slaveFramework] : [form.slaveFramework, form.framework];
  const ports = task.hostPorts.filter(isPort).map((port) => srvData(task.weight ?? naming.srvWeight, port, target));
  for (const parent of ports.length === 0 ? [] : parents) {
    for (const protocol of PROTOCOLS) {
      const name = below(parent, ...form.service, protocol);
      for (const port of ports) emit(name, TYPE.SRV, port);
    }
  }
};
