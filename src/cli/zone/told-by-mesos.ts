import { readFileSync } from 'node:fs';
import { endpointText } from '../../dns/mesos-dns-config/endpoint.ts';
import { messageOf, SluiceError } from '../../kit/error.ts';
import { readState, type StateOptions } from '../../mesos/state.ts';
import type { DnsSettings } from '../../settings-dns.ts';
import { agentAddresses } from '../agent-addresses.ts';
import type { Told } from './told.ts';

const parsed = (path: string): unknown => {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new SluiceError('SETTINGS', `--state: ${path} cannot be read: ${messageOf(error)}`);
  }
  try {
    const state: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof state === 'object' && state !== null && 'frameworks' in state) return state;
    throw new SyntaxError('it is no object with frameworks');
  } catch (error) {
    throw new SluiceError('SETTINGS', `--state: ${path} is not the answer of GET /master/state: ${messageOf(error)}`, error);
  }
};

/** The names that are looked up while the state is read, and where they are: it is read twice. */
const namesIn = (state: unknown, options: Omit<StateOptions, 'lookup'>): ReadonlySet<string> => {
  const names = new Set<string>();
  readState(state, {
    ...options,
    lookup: (host) => {
      names.add(host);
      return [];
    },
  });
  return names;
};

const leftOut = (what: string, count: number): readonly string[] =>
  count === 0 ? [] : [`--state: ${what} that are not as Mesos has them, left out: ${count}`];

/** What Mesos tells, from a file with the answer of its leading master; '-': from standard input. @throws SluiceError SETTINGS */
export const toldByMesos = async (path: string, { isHealthAware: healthAware, mesos }: DnsSettings): Promise<Told> => {
  const state = parsed(path);
  const options = { healthAware, masters: (mesos?.masters ?? []).map(endpointText) };
  const names = namesIn(state, options);
  const addresses = await agentAddresses(names);
  const lookup = (host: string): readonly string[] => [addresses.get(host) ?? []].flat();
  const { tasks, cluster, skipped } = readState(state, { ...options, lookup });
  return {
    change: { put: tasks, cluster },
    notes: [
      ...leftOut('frameworks', skipped.frameworks),
      ...leftOut('agents', skipped.agents),
      ...leftOut('tasks', skipped.tasks),
      ...[...names]
        .filter((name) => !addresses.has(name))
        .map((name) => `${name} is not resolved here, so names that lead to it have no address`),
    ],
  };
};
