import type { NamedTask } from './named-task.ts';
import type { Naming } from './naming.ts';
import type { ZoneRecord } from './record.ts';
import { mesosTaskRecords } from './records/task.ts';
import type { Zone } from './zone.ts';

/** A task with those of its records that no task before it has. */
export interface EnumeratedTask {
  readonly name: string;
  readonly id: string;
  readonly records: readonly ZoneRecord[];
}

/** Names of frameworks and tasks are as they are in Mesos. */
export interface EnumeratedFramework {
  readonly name: string;
  readonly tasks: Iterable<EnumeratedTask>;
}

const recordsOf = (task: NamedTask, naming: Naming, listed: Set<string>): readonly ZoneRecord[] => {
  const records: ZoneRecord[] = [];
  mesosTaskRecords(task, naming, (name, type, data) => {
    const key = `${type} ${name ?? ''}${data}`;
    if (name === undefined || listed.has(key)) return;
    listed.add(key);
    records.push({ name, type, data });
  });
  return records;
};

const keysByFramework = (zone: Zone): ReadonlyMap<string, readonly string[]> => {
  const keys = new Map<string, string[]>(zone.cluster.frameworks.map(({ name }) => [name, []]));
  for (const { framework, key } of zone.tasks()) {
    const known = keys.get(framework);
    if (known === undefined) keys.set(framework, [key]);
    else known.push(key);
  }
  return keys;
};

/**
 * What Mesos-DNS enumerates, task by task: a record that several have stands with the first of them. Frameworks without tasks are listed too. To be walked
 * once, in order; a task that goes meanwhile is left out.
 */
export function* enumeration(zone: Zone): Generator<EnumeratedFramework> {
  const listed = new Set<string>();
  for (const [name, keys] of keysByFramework(zone)) {
    const tasks = keys.values().flatMap((key) => {
      const task = zone.task(key);
      return task === undefined ? [] : [{ name: task.name, id: task.id, records: recordsOf(task, zone.naming, listed) }];
    });
    yield { name, tasks };
  }
}
