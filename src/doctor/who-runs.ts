import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { lockFileIn } from '../api/only-one.ts';
import { type Listener, listenersIn } from '../haproxy/bind-check.ts';
import { findMaster } from '../haproxy/find-master.ts';
import type { Settings } from '../settings.ts';
import { workersUid } from '../startup/workers-user.ts';

const configOf = (runDir: string): string => join(runDir, 'config', 'haproxy.cfg');

/**
 * The HAProxy of a run directory: its master, and what it listens on. Undefined: none runs.
 * @throws SluiceError HAPROXY_SOCKET when a HAProxy of somebody else has its sockets there
 */
export const runningHaproxy = async (
  { runDir, haproxyUser }: Pick<Settings, 'runDir' | 'haproxyUser'>,
  signal: AbortSignal,
): Promise<{ readonly pid: number; readonly listeners: readonly Listener[] } | undefined> => {
  const pid = await findMaster(runDir, configOf(runDir), { hurry: signal, workersUid: workersUid(haproxyUser) });
  return pid === undefined ? undefined : { pid, listeners: listenersIn(await readFile(configOf(runDir), 'utf8')) };
};

const answers = async (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });

/** The process that is named in the lock, as long as it has it open: without trying the lock, which could keep a Sluice from starting. */
const holderOf = async (lock: string): Promise<number | undefined> => {
  try {
    const pid = (await readFile(lock, 'utf8')).trim();
    const path = await realpath(lock);
    for (const file of await readdir(`/proc/${pid}/fd`))
      if ((await readlink(`/proc/${pid}/fd/${file}`).catch(() => '')) === path) return Number(pid);
  } catch {
    // No lock, an empty one, or a process that has ended or is not ours to look at.
  }
  return undefined;
};

/** The Sluice that has this run directory. `pid` is undefined where only its socket answers, as from another container. */
export const runningSluice = async (runDir: string, socket: string): Promise<{ readonly pid: number | undefined } | undefined> => {
  const pid = await holderOf(lockFileIn(runDir));
  return pid !== undefined || (await answers(socket)) ? { pid } : undefined;
};
