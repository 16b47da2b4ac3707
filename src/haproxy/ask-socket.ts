import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMissing, SluiceError, systemCodeOf } from '../kit/error.ts';

const RETRY_AFTER_MS = 5;
/** A master that reads a large config refuses connections meanwhile (HAProxy 2.6 with 10,000 backends: over a second). */
export const MASTER_BUSY_LIMIT_MS = 60_000;

/** Of a command what may be told: a payload may be a key. */
const told = (command: string): string => command.split('\n', 1)[0] ?? '';

/** One command on a connection of its own: HAProxy answers until we end our half, then closes. Rejects with the system's error. */
const askOnce = async (path: string, command: string, limitMs: number, hurry: AbortSignal | undefined): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ path, ...(hurry === undefined ? {} : { signal: hurry }) });
    let answer = '';
    socket.setEncoding('utf8');
    socket.setTimeout(limitMs, () => socket.destroy(new Error(`no answer to '${told(command)}' in ${limitMs} ms`)));
    socket.on('connect', () => socket.end(`${command}\n`));
    socket.on('data', (text: string) => (answer += text));
    // A reload closes all connections to the master, answered or not.
    socket.on('error', (error) => (['ECONNRESET', 'EPIPE'].includes(systemCodeOf(error)) ? resolve(answer) : reject(error)));
    socket.on('close', () => resolve(answer));
  });

export interface Patience {
  /** For an answer, once connected. */
  readonly answerMs: number;
  /** How long to try again while connections are refused, as by a master that reloads. */
  readonly refusedMs: number;
  /** The same while there is no socket, where that is less: a master that reloads keeps its own. */
  readonly missingMs?: number;
  /** False ends the trying: no process is left that could answer. */
  readonly isAlive: () => boolean;
  /** Aborted: no more waiting. */
  readonly hurry?: AbortSignal | undefined;
}

const mayComeYet = (error: unknown, waitedMs: number, { refusedMs, missingMs = refusedMs, isAlive, hurry }: Patience): boolean => {
  const limits: Readonly<Record<string, number>> = { ECONNREFUSED: refusedMs, ENOENT: Math.min(missingMs, refusedMs) };
  return hurry?.aborted !== true && isAlive() && waitedMs <= (limits[systemCodeOf(error)] ?? -1);
};

const failure = (path: string, command: string, error: unknown): SluiceError =>
  new SluiceError(
    'HAPROXY_SOCKET',
    isMissing(error)
      ? `the socket ${path} is gone: nobody can be asked '${told(command)}'`
      : `nobody answers '${told(command)}' on ${path}`,
    error,
  );

/** Asks master or worker. The answer may be empty or cut where a reload came between. Throws SluiceError HAPROXY_SOCKET. */
export const askSocket = async (path: string, command: string, patience: Patience): Promise<string> => {
  const began = performance.now();
  for (;;) {
    try {
      return await askOnce(path, command, patience.answerMs, patience.hurry);
    } catch (error) {
      if (!mayComeYet(error, performance.now() - began, patience)) throw failure(path, command, error);
      await sleep(RETRY_AFTER_MS);
    }
  }
};
