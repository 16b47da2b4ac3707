import { type AddressData, addressesData } from '../address.ts';
import type { NamedTask } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import { below, type Emit, emitAddresses } from './emit.ts';
import type { TaskForm } from './task-forms.ts';

/** The task's own addresses: of the first source that has any, all. */
export const sourcedAddresses = (task: NamedTask, naming: Naming): readonly AddressData[] => {
  for (const source of naming.ipSources) {
    const found = addressesData((source === 'host' ? task.agentAddresses : task.addresses[source]) ?? []);
    if (found.length > 0) return found;
  }
  return [];
};

/** Under the framework a task's name has its own addresses, under `slave` those of its agent; the same for its canonical name. */
export const addressRecords = (form: TaskForm, own: readonly AddressData[], agent: readonly AddressData[], emit: Emit): void => {
  emitAddresses(emit, below(form.framework, ...form.labels), own);
  emitAddresses(emit, below(form.slaveFramework, ...form.labels), agent);
  if (form.canonical !== undefined) emitAddresses(emit, form.canonical, own);
  if (form.slaveCanonical !== undefined) emitAddresses(emit, form.slaveCanonical, agent);
};
