import { SluiceError } from '../kit/error.ts';
import type { HealthTable, Observed, ObservedBackend, Scope, Touched } from '../plan/observed.ts';
import { fitsHaproxy, type CliSession } from './cli-session.ts';
import { mapFile, parseMapEntries, parseMapNames, parseMapValue } from './map-answers.ts';
import { isServerTable, parseHealth, parseServers, type ServerTable } from './server-tables.ts';
import { parseDroppedLogs, parseInfo } from './show-info.ts';
import { word } from './word.ts';

const ANSWER_LIMIT_MS = 30_000;
const NO_SERVERS: ObservedBackend['servers'] = new Map();

type Seen = Pick<Observed, 'backends' | 'maps'>;

/** Throws where the worker serves no longer; the session is closed then, so that the next one leads to the worker that does. */
const infoOf = (text: string, session: CliSession): Pick<Observed, 'fingerprint' | 'pid'> => {
  const info = parseInfo(text);
  if (info?.stopping === true) {
    session.close();
    throw new SluiceError('HAPROXY_SOCKET', `the worker ${info.pid} has been replaced`);
  }
  if (info === undefined) throw new SluiceError('HAPROXY_SOCKET', `HAProxy's answer to 'show info' is none: ${text.slice(0, 200)}`);
  return { fingerprint: info.fingerprint, pid: info.pid };
};

/** Throws as `observeWorker` does where the worker serves no longer. */
export const pidOf = (info: string, session: CliSession): number => infoOf(info, session).pid;

/** How many lines of logs the worker could not write since it began. */
export const observeDroppedLogs = async (session: CliSession): Promise<{ readonly pid: number; readonly count: number }> => {
  const [info = ''] = await session.ask(['show info'], ANSWER_LIMIT_MS);
  return { pid: infoOf(info, session).pid, count: parseDroppedLogs(info) };
};

const observeMaps = async (session: CliSession, names: readonly string[]): Promise<Observed['maps']> => {
  const answers = await session.ask(
    names.map((name) => `show map ${mapFile(name)}`),
    ANSWER_LIMIT_MS,
  );
  return new Map(names.map((name, index) => [name, parseMapEntries(answers[index] ?? '')]));
};

const QUESTIONS_ABOUT_ALL = ['show info', 'show backend', 'show servers state', 'show servers conn', 'show map'] as const;

const observeAll = async (session: CliSession): Promise<Observed> => {
  const [info = '', names = '', states = '', connections = '', mapList = ''] = await session.ask(QUESTIONS_ABOUT_ALL, ANSWER_LIMIT_MS);
  const servers = parseServers(states, connections);
  const { backends: shapes = new Map<string, string>(), ...maps } = Object.fromEntries(await observeMaps(session, parseMapNames(mapList)));
  const backends = new Map<string, ObservedBackend>();
  for (const name of names.split('\n')) {
    if (name === '' || name.startsWith('#')) continue;
    backends.set(name, { name, shape: shapes.get(name), servers: servers.get(name) ?? NO_SERVERS });
  }
  return { ...infoOf(info, session), scope: 'all', backends, maps: new Map(Object.entries(maps)) };
};

/** Questions with what to do with the answers, so that all go out in one write. */
class Questionnaire {
  readonly #questions: string[] = [];
  readonly #readers: ((answers: readonly string[]) => void)[] = [];

  add(questions: readonly string[], read: (answers: readonly string[]) => void): void {
    const from = this.#questions.length;
    this.#questions.push(...questions);
    this.#readers.push((answers) => read(answers.slice(from, from + questions.length)));
  }

  /** Whether HAProxy can be asked all of it. */
  get fits(): boolean {
    return this.#questions.every(fitsHaproxy);
  }

  async send(session: CliSession): Promise<void> {
    const answers = await session.ask(this.#questions, ANSWER_LIMIT_MS);
    for (const read of this.#readers) read(answers);
  }
}

const askForBackend = (name: string, backends: Map<string, ObservedBackend>, form: Questionnaire): void => {
  const questions = [`show servers state ${name}`, `show servers conn ${name}`, `get map ${mapFile('backends')} ${word(name)}`];
  form.add(questions, ([state = '', connections = '', shape = '']) => {
    if (state.startsWith("Can't find backend")) return;
    backends.set(name, { name, shape: parseMapValue(shape, name), servers: parseServers(state, connections).get(name) ?? NO_SERVERS });
  });
};

const askForEntry = (map: string, key: string, entries: Map<string, string>, form: Questionnaire): void => {
  form.add([`get map ${mapFile(map)} ${word(key)}`], ([answer = '']) => {
    const value = parseMapValue(answer, key);
    if (value !== undefined) entries.set(key, value);
  });
};

const askFor = (scope: Touched, form: Questionnaire): Seen => {
  const backends = new Map<string, ObservedBackend>();
  const maps = new Map<string, Map<string, string>>();
  for (const name of scope.backends) askForBackend(name, backends, form);
  for (const [map, keys] of scope.mapKeys) {
    const entries = new Map<string, string>();
    maps.set(map, entries);
    for (const key of keys) askForEntry(map, key, entries, form);
  }
  return { backends, maps };
};

const observeTouched = async (session: CliSession, scope: Touched): Promise<Observed> => {
  const form = new Questionnaire();
  let info = '';
  form.add(['show info'], ([answer = '']) => (info = answer));
  const seen = askFor(scope, form);
  // A name so long is no command's: it is looked for among all.
  if (!form.fits) return observeAll(session);
  await form.send(session);
  return { ...infoOf(info, session), scope, ...seen };
};

/** Asks a worker what it is: two round trips for all of it, one for a few backends and keys. */
export const observeWorker = async (session: CliSession, scope: Scope): Promise<Observed> =>
  scope === 'all' ? observeAll(session) : observeTouched(session, scope);

/** Asks a worker how it sees its servers: one round trip. */
export const observeHealth = async (session: CliSession): Promise<HealthTable> => {
  const [info = '', states = ''] = await session.ask(['show info', 'show servers state'], ANSWER_LIMIT_MS);
  infoOf(info, session);
  return parseHealth(states);
};

const statesIn = (answer: string): ServerTable => {
  if (answer.startsWith("Can't find backend")) return new Map();
  if (!isServerTable(answer))
    throw new SluiceError('HAPROXY_SOCKET', `HAProxy's answer to 'show servers state' is none: ${answer.slice(0, 200)}`);
  return parseServers(answer, '');
};

/** The servers of these backends, without their connections: one round trip, of no more than these. A backend that is not there is not in the answer. */
export const observeServers = async (session: CliSession, backends: readonly string[]): Promise<ServerTable> => {
  const questions = backends.map((name) => `show servers state ${name}`);
  // A name so long is no command's: it is looked for among all.
  const [info = '', ...answers] = await session.ask(
    ['show info', ...(questions.every(fitsHaproxy) ? questions : ['show servers state'])],
    ANSWER_LIMIT_MS,
  );
  infoOf(info, session);
  return new Map(answers.flatMap((answer) => [...statesIn(answer)]));
};
