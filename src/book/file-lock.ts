import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { messageOf, SluiceError } from '../kit/error.ts';

/** As `flock` takes it. */
const WAIT_SECONDS = '10';

/** Its exit code when it has waited for so long. */
const HELD = 1;

const whyNot = (code: number | null, signal: NodeJS.Signals | null): string =>
  code === HELD ? `another process has had it for ${WAIT_SECONDS} s` : `it ended with ${signal ?? `exit code ${code}`}`;

/** The kernel holds the lock for as long as the open file, which the command shares with us, is open: none is ever left over. */
const lock = (path: string, fd: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const failed = (why: string): void =>
      reject(new SluiceError('STORE', `${path} cannot be locked by flock, of Debian's package util-linux: ${why}`));
    const child = spawn('flock', ['--exclusive', '--wait', WAIT_SECONDS, '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
    child.once('error', (error) => failed(messageOf(error)));
    child.once('exit', (code, signal) => (code === 0 ? resolve() : failed(whyNot(code, signal))));
  });

/** Does something while no other process of this host does the same with this lock file. @throws SluiceError STORE: it cannot be had */
export const withFileLock = async <T>(path: string, doIt: () => Promise<T>): Promise<T> => {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'a', 0o600);
  } catch (error) {
    throw new SluiceError('STORE', `${path} cannot be opened: ${messageOf(error)}`, error);
  }
  try {
    await lock(path, file.fd);
    return await doIt();
  } finally {
    await file.close();
  }
};
