import { addressText } from './address.ts';
import { toText } from './name.ts';
import type { NamedTask } from './named-task.ts';
import type { Naming } from './naming.ts';
import { type Rdata, TYPE } from './record.ts';
import { srvParts } from './records/emit.ts';
import { mesosTaskRecords } from './records/task.ts';
import type { Zone } from './zone.ts';

export interface EnumeratedRecord {
  /** With a dot at its end. */
  readonly name: string;
  /** An address, or 'target:port'. */
  readonly host: string;
  readonly rtype: 'A' | 'AAAA' | 'SRV';
}

interface EnumeratedTask {
  readonly name: string;
  readonly id: string;
  readonly records: readonly EnumeratedRecord[];
}

/** What Mesos-DNS answers at /v1/enumerate: names of frameworks and tasks are as they are in Mesos. */
export interface Enumeration {
  readonly frameworks: readonly { readonly tasks: readonly EnumeratedTask[]; readonly name: string }[];
}

/** What a record's data is in Mesos-DNS's views: an address, or 'target:port'. @param type A, AAAA or SRV */
export const shownData = (type: number, data: Rdata): string => {
  if (type !== TYPE.SRV) return addressText(data);
  const { port, target } = srvParts(data);
  return `${toText(target)}:${port}`;
};

const RTYPES: ReadonlyMap<number, EnumeratedRecord['rtype']> = new Map([
  [TYPE.A, 'A'],
  [TYPE.AAAA, 'AAAA'],
  [TYPE.SRV, 'SRV'],
]);

/** Those of a task that no task before it has listed. */
const recordsOf = (task: NamedTask, naming: Naming, listed: Set<string>): readonly EnumeratedRecord[] => {
  const records: EnumeratedRecord[] = [];
  mesosTaskRecords(task, naming, (name, type, data) => {
    const rtype = RTYPES.get(type);
    const key = `${type} ${name ?? ''}${data}`;
    if (name === undefined || rtype === undefined || listed.has(key)) return;
    listed.add(key);
    records.push({ name: toText(name), host: shownData(type, data), rtype });
  });
  return records;
};

/** Each task with its records; a record that several have stands with the first of them. Frameworks without tasks are listed too. */
export const enumeration = (zone: Zone): Enumeration => {
  const tasks = new Map<string, EnumeratedTask[]>(zone.cluster.frameworks.map(({ name }) => [name, []]));
  const listed = new Set<string>();
  for (const task of zone.tasks()) {
    const { framework, name, id } = task;
    const list = tasks.get(framework) ?? [];
    tasks.set(framework, list);
    list.push({ name, id, records: recordsOf(task, zone.naming, listed) });
  }
  return { frameworks: [...tasks].map(([name, list]) => ({ tasks: list, name })) };
};
