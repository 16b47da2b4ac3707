import type { NamedTask } from '../../src/dns/named-task.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { namedTask, type NamesContext } from '../../src/names/named-tasks.ts';

/** All of an app. */
export const namedTasks = (entry: AppEntry, context: NamesContext): readonly NamedTask[] =>
  [...entry.tasks.values()].flatMap((task) => namedTask(entry, task, context));
