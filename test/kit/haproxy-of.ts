import { join } from 'node:path';
import { askSocket } from '../../src/haproxy/ask-socket.ts';
import { findMaster } from '../../src/haproxy/find-master.ts';
import { identityOf } from '../../src/haproxy/proc-fs.ts';
import { parseProcesses } from '../../src/haproxy/show-proc.ts';
import { workersUid } from '../../src/startup/workers-user.ts';
import { waitFor } from './wait-for.ts';

/** The HAProxy of a run directory, looked at from outside, as an operator does. */

const PATIENCE = { answerMs: 5000, refusedMs: 5000, isAlive: () => true };

/** Process id of the master; undefined: none runs. */
export const masterOf = async (runDir: string): Promise<number | undefined> =>
  findMaster(runDir, join(runDir, 'config', 'haproxy.cfg'), { workersUid: workersUid(undefined) });

/** Process ids of the worker that serves, and of those that were replaced. */
export const workersOf = async (runDir: string): Promise<{ readonly current: number; readonly old: readonly number[] }> => {
  const processes = parseProcesses(await askSocket(join(runDir, 'master.sock'), 'show proc', PATIENCE));
  if (processes?.current === undefined) throw new Error('no worker serves');
  return { current: processes.current.pid, old: processes.old.map(({ pid }) => pid) };
};

/** How many connections a worker has, one that was replaced too. */
export const connectionsOf = async (runDir: string, worker: number): Promise<number> => {
  const info = await askSocket(join(runDir, 'master.sock'), `@!${worker} show info`, PATIENCE);
  const [, count] = /^CurrConns: (\d+)$/m.exec(info) ?? [];
  if (count === undefined) throw new Error(`worker ${worker} does not tell its connections: ${info}`);
  return Number(count);
};

/** A command on the admin socket, by hand. */
export const byHand = async (runDir: string, command: string): Promise<string> =>
  (await askSocket(join(runDir, 'admin.sock'), command, PATIENCE)).trim();

/** Ends the HAProxy of a run directory, if one is left. */
export const endHaproxyOf = async (runDir: string): Promise<void> => {
  const master = await masterOf(runDir);
  if (master === undefined) return;
  process.kill(master, 'SIGTERM');
  await waitFor(`HAProxy ${master} ends`, async () => (await identityOf(master)) === undefined);
};
