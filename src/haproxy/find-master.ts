import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '../kit/error.ts';
import { askSocket } from './ask-socket.ts';
import { isOwn, isStartedWith, oursStartedWith, parentOf } from './proc-fs.ts';
import { parseProcesses } from './show-proc.ts';

const RETRY_AFTER_MS = 10;
/** For a master that was started as ours are and gives no answer, as while it reloads. */
const FIND_LIMIT_MS = 10_000;
/** A master makes its sockets anew at a reload by renaming: if one is missing for this long, somebody has deleted it. */
export const SOCKETS_MISSING_MS = 2000;

/** What a master is started with, in this order: so it is told from all others, and from a `tail -f` of its files. */
export const masterArguments = (runDir: string, configFile: string): readonly string[] => [
  ...['-W', '-S', `${join(runDir, 'master.sock')},mode,600,level,admin`],
  ...['-f', configFile],
];

/** Process id of whoever answers as a master on this socket now; undefined: nobody does. */
const pidBehind = async (socket: string, hurry: AbortSignal | undefined): Promise<number | undefined> => {
  const once = { answerMs: FIND_LIMIT_MS, refusedMs: 0, isAlive: () => false, hurry };
  // Whatever the reason: who does not answer as a master is none.
  const answer = await askSocket(socket, 'show proc', once).catch(() => '');
  return parseProcesses(answer)?.master.pid;
};

/** Of a master and its workers, which were all started alike, the one that is parent of another. Never one of the workers' user: it gets our signals. */
const masterAmong = async (pids: readonly number[]): Promise<number | undefined> => {
  const parents = new Set(await Promise.all(pids.map(parentOf)));
  for (const pid of pids) if (parents.has(pid) && (await isOwn(pid))) return pid;
  return undefined;
};

/**
 * The HAProxy master that was started with our config file. Not from a pid file: a file can be stale, and a pid be another process's. Given the
 * time of a reload: meanwhile the master answers nobody, and for an instant its argument list is empty; a worker whose master was killed soon ends.
 * One whose socket was deleted is found, too.
 * Throws SluiceError HAPROXY_SOCKET when a HAProxy that was started otherwise has its socket in our place.
 */
export const findMaster = async (
  runDir: string,
  configFile: string,
  { hurry, workersUid }: { readonly hurry?: AbortSignal | undefined; readonly workersUid?: number | undefined } = {},
): Promise<number | undefined> => {
  const socket = join(runDir, 'master.sock');
  const words = masterArguments(runDir, configFile);
  const began = performance.now();
  for (;;) {
    const answering = await pidBehind(socket, hurry);
    const waitedMs = performance.now() - began;
    if (answering === undefined) {
      const processes = await oursStartedWith(words, workersUid);
      if (processes.length === 0) return undefined;
      const master = waitedMs > SOCKETS_MISSING_MS && !existsSync(socket) ? await masterAmong(processes) : undefined;
      if (master !== undefined) return master;
    } else {
      const isOurs = await isStartedWith(answering, words);
      if (isOurs === true) return answering;
      if (isOurs === false) throw foreign(answering, socket);
    }
    if (waitedMs > FIND_LIMIT_MS || hurry?.aborted === true) return undefined;
    await sleep(RETRY_AFTER_MS);
  }
};

const foreign = (pid: number, socket: string): SluiceError =>
  new SluiceError(
    'HAPROXY_SOCKET',
    `process ${pid} answers on ${socket}, and Sluice did not start it: stop it, or choose another run directory`,
  );
