import { compare } from '../kit/compare.ts';
import type { Problem } from '../kit/problem.ts';
import { appSchema, type RawApp } from '../marathon/payload/app-schema.ts';
import { toEntry, whatIsWrong } from '../marathon/payload/entry.ts';
import type { AppEntry } from '../model/model.ts';
import { complete, portsNamedIn } from './complete.ts';
import type { Definition } from './definitions.ts';
import { isPod, podEntryOf } from './pod-definition.ts';
import { StandInPorts } from './service-ports.ts';
import { withTrialTask } from './trial-task.ts';

interface Entries {
  /** By app id, in its order. */
  readonly entries: readonly AppEntry[];
  /** Definitions that Marathon would refuse. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

const appOf = ({ appId, raw }: Definition): RawApp | Problem => {
  const parsed = appSchema.safeParse(typeof raw === 'object' && raw !== null ? { tasks: [], ...raw, id: appId } : raw);
  return parsed.success ? parsed.data : { appId, message: `it is no app definition: ${whatIsWrong(parsed.error)}` };
};

const isProblem = (value: object): value is Problem => 'appId' in value;

const repeated = (definitions: readonly Definition[]): readonly Problem[] => {
  const counts = new Map<string, number>();
  for (const { appId } of definitions) counts.set(appId, (counts.get(appId) ?? 0) + 1);
  return [...counts]
    .filter(([appId, count]) => count > 1 && appId !== '')
    .map(([appId, count]) => ({ appId, message: `it is defined ${count} times: the last definition is checked` }));
};

/**
 * Definitions as the apps that Marathon would make of them, each with a task. `reserved`: service ports that none of them is to be given.
 * @param now ISO 8601: since when what is not deployed yet wants what it wants
 */
export const entriesOf = (definitions: readonly Definition[], reserved: Iterable<number>, now: string): Entries => {
  const pods = definitions.filter(isPod).map((definition) => podEntryOf(definition, now));
  const read = definitions.filter((definition) => !isPod(definition)).map(appOf);
  const problems = [...read, ...pods].filter(isProblem);
  const apps = read.filter((one): one is RawApp => !isProblem(one));
  const ports = new StandInPorts(new Set([...reserved, ...apps.flatMap(portsNamedIn)]));
  const entries = new Map<string, AppEntry>();
  for (const app of apps) {
    const { value, problems: wrong } = toEntry(complete(app, ports, now));
    problems.push(...wrong);
    if (value !== undefined) entries.set(app.id, withTrialTask(value));
  }
  for (const pod of pods) if (!isProblem(pod)) entries.set(pod.app.id, withTrialTask(pod));
  return {
    entries: [...entries.values()].sort((a, b) => compare(a.app.id, b.app.id)),
    problems,
    warnings: repeated(definitions),
  };
};
