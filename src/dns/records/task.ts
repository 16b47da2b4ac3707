import { type AddressData, addressesData } from '../address.ts';
import type { NamedTask } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import { containerAddresses, dcosTaskRecords } from './dcos-task.ts';
import { discoveryPortRecords } from './discovery-ports.ts';
import type { Emit } from './emit.ts';
import { hostPortRecords } from './host-ports.ts';
import { emitPointers, POINTER_RANK } from './pointers.ts';
import { addressRecords, sourcedAddresses } from './task-addresses.ts';
import { type TaskForm, taskForms } from './task-forms.ts';

/** The records of a task that Mesos-DNS has too. */
export const mesosTaskRecords = (task: NamedTask, naming: Naming, emit: Emit): readonly TaskForm[] => {
  const agent = addressesData(task.agentAddresses);
  const own = sourcedAddresses(task, naming);
  const forms = taskForms(task, naming);
  for (const form of forms) {
    addressRecords(form, own, agent, emit);
    hostPortRecords(task, form, naming, emit);
    discoveryPortRecords(task, form, naming, emit);
  }
  return forms;
};

/** An agent's address is its own, whoever runs there: only what a task has for itself leads back to it. */
const ownAlone = (task: NamedTask, naming: Naming): readonly AddressData[] => {
  const hosts = new Set(addressesData(task.agentAddresses).map(({ data }) => data));
  const all = new Map(
    [...sourcedAddresses(task, naming), ...(naming.dcos === undefined ? [] : containerAddresses(task))].map((one) => [one.data, one]),
  );
  return [...all.values()].filter(({ data }) => !hosts.has(data));
};

/**
 * All records of one task. They follow from the task and the naming alone: what was given can be taken back without having been kept.
 * @returns how many spellings of its name there are; none: it has no name in Mesos-DNS's part
 */
export const taskRecords = (task: NamedTask, naming: Naming, emit: Emit): number => {
  const forms = mesosTaskRecords(task, naming, emit);
  if (naming.dcos !== undefined) dcosTaskRecords(task, addressesData(task.agentAddresses), naming.dcos, emit);
  const canonical = forms.at(-1)?.canonical;
  if (canonical !== undefined) emitPointers(emit, ownAlone(task, naming), canonical, POINTER_RANK.task);
  return forms.length;
};
