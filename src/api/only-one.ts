import { spawn } from 'node:child_process';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { messageOf, SluiceError } from '../kit/error.ts';

/** The right to be the one Sluice of a run directory. */
interface OnlyOne {
  readonly release: () => Promise<void>;
}

/** Nobody else can write to a run directory: a name that all users of the host share could be taken by any of them. */
export const lockFileIn = (runDir: string): string => join(runDir, 'sluice.lock');

/** Exit code of `flock --nonblock` where somebody else has the lock. */
const HELD = 1;

const refusal = (socket: string, holder: string): SluiceError =>
  new SluiceError('SETTINGS', `another Sluice${holder} runs on ${socket}: end it first, or give this one its own --run-dir`);

/**
 * Locks the open file, which the command shares with us: the kernel holds it for as long as we have the file open, so none is ever left over.
 * Node.js has no call for it. False: somebody else has it.
 */
const lock = (file: FileHandle, path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const failed = (why: string): void =>
      reject(new SluiceError('FILES', `${path} cannot be locked by flock, of Debian's package util-linux: ${why}`));
    const child = spawn('flock', ['--exclusive', '--nonblock', '3'], { stdio: ['ignore', 'ignore', 'ignore', file.fd] });
    child.once('error', (error) => failed(messageOf(error)));
    child.once('exit', (code, signal) => {
      if (code === 0 || code === HELD) resolve(code === 0);
      else failed(code === null ? `it was ended by ${signal}` : `exit code ${code}`);
    });
  });

const describeHolder = async (path: string): Promise<string> => {
  const pid = (await readFile(path, 'utf8')).trim();
  return pid === '' ? '' : ` (process ${pid})`;
};

const hold = async (runDir: string, socket: string): Promise<OnlyOne> => {
  const path = lockFileIn(runDir);
  const file = await open(path, 'a', 0o600);
  try {
    if (!(await lock(file, path))) throw refusal(socket, await describeHolder(path));
    await file.truncate();
    await file.write(`${process.pid}\n`);
    return { release: async () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
};

/** For one that holds no lock which is seen here, as on another host that shares the folder. */
const refuseAnswering = (socket: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      reject(refusal(socket, ''));
    });
    connection.once('error', () => resolve());
  });

/** Throws when another Sluice has this run directory, or is just starting on it: two would undo each other's work. */
export const beTheOnlyOne = async (runDir: string, socket: string): Promise<OnlyOne> => {
  const onlyOne = await hold(runDir, socket);
  try {
    await refuseAnswering(socket);
    return onlyOne;
  } catch (error) {
    await onlyOne.release();
    throw error;
  }
};
