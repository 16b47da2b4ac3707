import type { Name } from '../../dns/name.ts';
import type { NamedCluster, NamedTask } from '../../dns/named-task.ts';
import type { Naming } from '../../dns/naming.ts';
import type { Rdata } from '../../dns/record.ts';
import { mesosTaskRecords } from '../../dns/records/task.ts';
import type { ToldFramework, ToldTask } from './told-zone.ts';

/** A zone with what it was made of. */
interface Enumerated {
  readonly naming: Naming;
  readonly cluster: NamedCluster;
  task(key: string): NamedTask | undefined;
  tasks(): Iterable<NamedTask>;
}

/** Those of a task that no task before it has told. */
const recordsOf = (task: NamedTask, naming: Naming, told: Set<string>): ToldTask['records'] => {
  const records: { name: Name; type: number; data: Rdata }[] = [];
  mesosTaskRecords(task, naming, (name, type, data) => {
    const key = `${type} ${name ?? ''}${data}`;
    if (name === undefined || told.has(key)) return;
    told.add(key);
    records.push({ name, type, data });
  });
  return records;
};

function* tasksOf(zone: Enumerated, keys: Iterable<string>, told: Set<string>): Generator<ToldTask> {
  for (const key of keys) {
    const task = zone.task(key);
    // It may have ended since.
    if (task !== undefined) yield { name: task.name, id: task.id, records: recordsOf(task, zone.naming, told) };
  }
}

/**
 * Frameworks with their tasks and the records of these, made when they are read; names are those of Mesos. A record of several tasks is told with the
 * first. Frameworks without tasks are told too.
 */
export const frameworksOf = (zone: Enumerated): readonly ToldFramework[] => {
  const keys = new Map<string, string[]>(zone.cluster.frameworks.map(({ name }) => [name, []]));
  for (const { key, framework } of zone.tasks()) {
    const known = keys.get(framework);
    if (known === undefined) keys.set(framework, [key]);
    else known.push(key);
  }
  const told = new Set<string>();
  return [...keys].map(([name, all]) => ({ name, tasks: tasksOf(zone, all, told) }));
};
