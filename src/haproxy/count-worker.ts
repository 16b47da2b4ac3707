import { SluiceError } from '../kit/error.ts';
import type { CliSession } from './cli-session.ts';
import { pidOf } from './observe.ts';
import { parseServers, type ServerTable } from './server-tables.ts';
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

const merge = <V>(tables: readonly ReadonlyMap<string, V>[]): ReadonlyMap<string, V> => new Map(tables.flatMap((table) => [...table]));

const countQuestions = ({ backends, tables }: Counted): readonly string[] => [
  ...backends.map((name) => `show stat ${name} 4 -1`),
  ...tables.map((name) => `show table ${name}`),
];

/** Throws where an answer is none: nothing must seem to be 0 that was not read. */
const read = <T>(value: T | undefined, question: string): T => {
  if (value === undefined) throw new SluiceError('HAPROXY_SOCKET', `HAProxy's answer to '${question}' is none`);
  return value;
};

const countsIn = (pid: number, counted: Counted, answers: readonly string[]): WorkerCounts => {
  const questions = countQuestions(counted);
  const at = (index: number): readonly [string, string] => [answers[index] ?? '', questions[index] ?? ''];
  const stats = counted.backends.map((_, index) => read(parseCounts(at(index)[0]), at(index)[1]));
  const times = counted.tables.map((_, index) => {
    const [answer, question] = at(counted.backends.length + index);
    return read(parseTimes(answer), question);
  });
  return { pid, servers: merge(stats), times: times.filter((table) => table !== 'none') };
};

/** Of the worker in charge. Throws SluiceError HAPROXY_SOCKET. */
export const countCurrent = async (session: CliSession, counted: Counted): Promise<AllCounts['current']> => {
  const questions = countQuestions(counted);
  const states = counted.backends.map((name) => `show servers state ${name}`);
  const [info = '', ...answers] = await session.ask(['show info', ...questions, ...states], ANSWER_LIMIT_MS);
  const stateText = answers.slice(questions.length).filter((text) => !text.startsWith("Can't find backend"));
  return { ...countsIn(pidOf(info, session), counted, answers), states: merge(stateText.map((text) => parseServers(text, ''))) };
};

const HAS_ENDED = "Can't find the target PID";

/**
 * Of a worker that was replaced. undefined: it has ended.
 * @param ask what it answers; throws SluiceError HAPROXY_SOCKET
 */
export const countOld = async (
  pid: number,
  counted: Counted,
  ask: (command: string) => Promise<string>,
): Promise<WorkerCounts | undefined> => {
  const answers: string[] = [];
  for (const question of countQuestions(counted)) {
    const answer = await ask(question);
    if (answer.startsWith(HAS_ENDED)) return undefined;
    answers.push(answer);
  }
  return countsIn(pid, counted, answers);
};
