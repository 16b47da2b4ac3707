import { SluiceError } from '../kit/error.ts';
import type { CliSession } from './cli-session.ts';
import { pidOf } from './observe.ts';
import { isServerTable, parseBackendId, parseServers, type ServerTable } from './server-tables.ts';
import { type CountTable, parseCounts } from './stat-table.ts';
import { parseTimes, type TimeTable } from './time-table.ts';

/** What is asked for: these backends alone, for a look at all is dear. */
export interface Counted {
  readonly backends: readonly string[];
  /** Tables of response times. */
  readonly tables: readonly string[];
}

/** What one worker has counted since it began. */
export interface WorkerCounts {
  readonly pid: number;
  readonly servers: CountTable;
  /** Of each table. */
  readonly times: readonly TimeTable[];
}

/** Those of the worker that serves, with how its servers are; and of those that were replaced. */
export interface AllCounts {
  readonly current: WorkerCounts & { readonly states: ServerTable };
  readonly old: readonly WorkerCounts[];
}

const ANSWER_LIMIT_MS = 10_000;

const NO_BACKEND = "Can't find backend";

const merge = <V>(tables: readonly ReadonlyMap<string, V>[]): ReadonlyMap<string, V> => new Map(tables.flatMap((table) => [...table]));

const stateQuestions = ({ backends }: Counted): readonly string[] => backends.map((name) => `show servers state ${name}`);

/**
 * By its number: a frontend may have the backend's name, and with 2.6 and 3.0 that one would be meant (tried). A backend that has no server has nothing
 * to count.
 */
const statQuestion = (stateText: string): readonly string[] => {
  if (stateText.startsWith(NO_BACKEND)) return [];
  const id = read(isServerTable(stateText) ? parseBackendId(stateText) : undefined, 'show servers state');
  return id === 'none' ? [] : [`show stat ${id} 4 -1`];
};

const countQuestions = ({ tables }: Counted, stateTexts: readonly string[]): readonly string[] => [
  ...stateTexts.flatMap(statQuestion),
  ...tables.map((name) => `show table ${name}`),
];

/** Throws where an answer is none: nothing must seem to be 0 that was not read. */
const read = <T>(value: T | undefined, question: string): T => {
  if (value === undefined) throw new SluiceError('HAPROXY_SOCKET', `HAProxy's answer to '${question}' is none`);
  return value;
};

const countsIn = (pid: number, { tables }: Counted, questions: readonly string[], answers: readonly string[]): WorkerCounts => {
  const first = questions.length - tables.length;
  const told = questions.map((question, index) => ({ question, answer: answers[index] ?? '' }));
  const stats = told.slice(0, first).map(({ question, answer }) => read(parseCounts(answer), question));
  const times = told.slice(first).map(({ question, answer }) => read(parseTimes(answer), question));
  return { pid, servers: merge(stats), times: times.filter((table) => table !== 'none') };
};

/** Of the worker in charge. Throws SluiceError HAPROXY_SOCKET. */
export const countCurrent = async (session: CliSession, counted: Counted): Promise<AllCounts['current']> => {
  const stateTexts = await session.ask(stateQuestions(counted), ANSWER_LIMIT_MS);
  const questions = countQuestions(counted, stateTexts);
  const [info = '', ...answers] = await session.ask(['show info', ...questions], ANSWER_LIMIT_MS);
  const states = stateTexts.filter((text) => !text.startsWith(NO_BACKEND)).map((text) => parseServers(text, ''));
  return { ...countsIn(pidOf(info, session), counted, questions, answers), states: merge(states) };
};

const HAS_ENDED = "Can't find the target PID";

/** undefined: the worker has ended. */
const askAll = async (questions: readonly string[], ask: (command: string) => Promise<string>): Promise<readonly string[] | undefined> => {
  const answers: string[] = [];
  for (const question of questions) {
    const answer = await ask(question);
    if (answer.startsWith(HAS_ENDED)) return undefined;
    answers.push(answer);
  }
  return answers;
};

/**
 * Of a worker that was replaced. undefined: it has ended.
 * @param ask what it answers; throws SluiceError HAPROXY_SOCKET
 */
export const countOld = async (
  pid: number,
  counted: Counted,
  ask: (command: string) => Promise<string>,
): Promise<WorkerCounts | undefined> => {
  const stateTexts = await askAll(stateQuestions(counted), ask);
  if (stateTexts === undefined) return undefined;
  const questions = countQuestions(counted, stateTexts);
  const answers = await askAll(questions, ask);
  return answers === undefined ? undefined : countsIn(pid, counted, questions, answers);
};
