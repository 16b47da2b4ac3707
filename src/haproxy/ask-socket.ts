import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '../kit/error.ts';

const RETRY_AFTER_MS = 5;
/** A master that reads a large config refuses connections meanwhile (HAProxy 2.6 with 10,000 backends: over a second). */
export const MASTER_BUSY_LIMIT_MS = 60_000;

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '');

/** One command on a connection of its own: HAProxy answers until we end our half, then closes. Rejects with the system's error. */
const askOnce = async (path: string, command: string, limitMs: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ path });
    let answer = '';
    socket.setEncoding('utf8');
    socket.setTimeout(limitMs, () => socket.destroy(new Error(`no answer to '${command}' in ${limitMs} ms`)));
    socket.on('connect', () => socket.end(`${command}\n`));
    socket.on('data', (text: string) => (answer += text));
    // A reload closes all connections to the master, answered or not.
    socket.on('error', (error) => (['ECONNRESET', 'EPIPE'].includes(codeOf(error)) ? resolve(answer) : reject(error)));
    socket.on('close', () => resolve(answer));
  });

export interface Patience {
  /** For an answer, once connected. */
  readonly answerMs: number;
  /** How long to try again while connections are refused, as by a master that reloads. */
  readonly refusedMs: number;
  /** False ends the trying: no process is left that could answer. */
  readonly isAlive: () => boolean;
}

/** Asks master or worker. The answer may be empty or cut where a reload came between. Throws SluiceError HAPROXY_SOCKET. */
export const askSocket = async (path: string, command: string, patience: Patience): Promise<string> => {
  const deadline = performance.now() + patience.refusedMs;
  for (;;) {
    try {
      return await askOnce(path, command, patience.answerMs);
    } catch (error) {
      const mayReload = ['ECONNREFUSED', 'ENOENT'].includes(codeOf(error));
      if (!mayReload || !patience.isAlive() || performance.now() > deadline) {
        throw new SluiceError('HAPROXY_SOCKET', `nobody answers '${command}' on ${path}`, error);
      }
      await sleep(RETRY_AFTER_MS);
    }
  }
};
