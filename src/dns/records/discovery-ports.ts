import { type LabelRule, toLabel } from '../labels.ts';
import type { DiscoveryPort, NamedTask } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import { TYPE } from '../record.ts';
import { below, type Emit, srvData } from './emit.ts';
import { isPort } from './host-ports.ts';
import type { TaskForm } from './task-forms.ts';

const MOST_SERVICE = 62;

/** A protocol that nobody named is both; one without a character of use is none. */
const protocolLabels = ({ protocol }: DiscoveryPort, rule: LabelRule): readonly string[] => {
  if (protocol === '') return ['_tcp', '_udp'];
  const label = toLabel(protocol, rule).slice(0, MOST_SERVICE);
  return label === '' ? [] : [`_${label}`];
};

const portLabels = ({ name }: DiscoveryPort, rule: LabelRule): readonly string[] => {
  const label = toLabel(name, rule).slice(0, MOST_SERVICE);
  return label === '' ? [] : [`_${label}`];
};

/** SRV records of the ports that DiscoveryInfo lists: they lead to the task's own address. One with a name has that in front, too. */
export const discoveryPortRecords = (task: NamedTask, form: TaskForm, naming: Naming, emit: Emit): void => {
  const target = form.canonical;
  if (target === undefined) return;
  for (const port of task.discovery?.ports ?? []) {
    if (!isPort(port.number)) continue;
    const data = srvData(task.weight ?? naming.srvWeight, port.number, target);
    const named = portLabels(port, naming.rule);
    for (const protocol of protocolLabels(port, naming.rule)) {
      emit(below(form.framework, ...form.service, protocol), TYPE.SRV, data);
      if (named.length > 0) emit(below(form.framework, ...named, ...form.service, protocol), TYPE.SRV, data);
    }
  }
};
