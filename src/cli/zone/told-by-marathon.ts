import type { Definition } from '../../check/definitions.ts';
import { readDefinitions } from '../../check/read.ts';
import { type ReadApp, toEntry } from '../../marathon/payload/entry.ts';
import { toPodEntry } from '../../marathon/payload/pod-entry.ts';
import type { Model } from '../../model/model.ts';
import { Names } from '../../names/names.ts';
import type { DnsSettings } from '../../settings-dns.ts';
import { agentAddresses } from '../agent-addresses.ts';
import { problemLine } from '../problem-line.ts';
import type { Told } from './told.ts';

/** As Marathon lists it, an app with its tasks; a pod as its status. */
const understood = ({ appId, raw }: Definition): ReadApp => {
  if (typeof raw !== 'object' || raw === null) return toEntry(raw);
  return 'spec' in raw ? toPodEntry(raw) : toEntry({ tasks: [], ...raw, id: appId });
};

const modelOf = async (read: readonly ReadApp[]): Promise<Model> => {
  const entries = read.flatMap(({ value }) => value ?? []);
  const hosts = await agentAddresses(entries.flatMap(({ tasks }) => [...tasks.values()].map(({ host }) => host)));
  return { apps: new Map(entries.map((entry) => [entry.app.id, entry])), hosts };
};

const withoutTasks = ({ apps }: Model): readonly string[] => {
  if (apps.size === 0 || apps.values().some(({ tasks }) => tasks.size > 0)) return [];
  return ['--apps: no app of the file has tasks, so there is nothing to name: take the answer of GET /v2/apps?embed=apps.tasks'];
};

/** What Marathon alone tells, from a file with its answer; '-': from standard input. @throws SluiceError SETTINGS */
export const toldByMarathon = async (path: string, { framework, isHealthAware }: DnsSettings): Promise<Told> => {
  const read = readDefinitions('--apps', path).map(understood);
  const model = await modelOf(read);
  const names = new Names({ framework: framework ?? 'marathon', isHealthAware });
  names.noteAll(model);
  const change = names.whole();
  const unresolved = (change.cluster?.agents ?? []).filter(({ addresses }) => addresses.length === 0);
  return {
    change,
    notes: [
      ...read.flatMap(({ problems }) => problems.map(problemLine)),
      ...withoutTasks(model),
      ...unresolved.map(({ id }) => `agent ${id}: its host name is not resolved here, so names that lead to it have no address`),
    ],
  };
};
