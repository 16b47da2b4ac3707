import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '../kit/error.ts';
import { askSocket, MASTER_BUSY_LIMIT_MS } from './ask-socket.ts';
import { findParents, identityOf } from './proc-fs.ts';
import { parseProcesses } from './show-proc.ts';

const RETRY_AFTER_MS = 10;

/** Process id of whoever answers as a master on this socket now; undefined: nobody does. */
const pidBehind = async (socket: string): Promise<number | undefined> => {
  const once = { answerMs: 10_000, refusedMs: 0, isAlive: () => false };
  // Whatever the reason: who does not answer as a master is none.
  const answer = await askSocket(socket, 'show proc', once).catch(() => '');
  return parseProcesses(answer)?.master.pid;
};

/** Whether it answers, given the time of a reload; a worker whose master was killed does not, and soon ends. */
const answers = async (pid: number, socket: string): Promise<boolean> => {
  const deadline = performance.now() + MASTER_BUSY_LIMIT_MS;
  while ((await identityOf(pid)) !== undefined && performance.now() < deadline) {
    if ((await pidBehind(socket)) === pid) return true;
    await sleep(RETRY_AFTER_MS);
  }
  return false;
};

/**
 * The HAProxy master that was started with our config file. Not from a pid file: a file can be stale, and a pid be another process's.
 * Throws SluiceError HAPROXY_SOCKET when a HAProxy that was started otherwise has its socket in our place.
 */
export const findMaster = async (runDir: string, configFile: string): Promise<number | undefined> => {
  const socket = join(runDir, 'master.sock');
  for (const pid of await findParents(['-f', configFile])) if (await answers(pid, socket)) return pid;
  const foreign = await pidBehind(socket);
  if (foreign === undefined) return undefined;
  throw new SluiceError(
    'HAPROXY_SOCKET',
    `process ${foreign} answers on ${socket}, and Sluice did not start it: stop it, or choose another run directory`,
  );
};
