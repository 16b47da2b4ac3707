import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { messageOf, SluiceError, systemCodeOf } from '../kit/error.ts';

/**
 * Where HAProxy writes its access log: a named pipe in the run directory, which is its standard output. HAProxy has it open for reading too, so that
 * it never is without a reader: nothing breaks when Sluice ends. What does not fit in (64 kB) HAProxy leaves out, counts as `DroppedLogs`, and goes on.
 */
export const accessPipeIn = (runDir: string): string => join(runDir, 'access-log');

const isPipe = async (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isFIFO(),
    () => false,
  );

const MKFIFO_LIMIT_MS = 10_000;

/** For the standard output of HAProxy's master; to be closed by the caller. Throws SluiceError FILES. */
export const openAccessPipe = async (path: string): Promise<FileHandle> => {
  try {
    if (!(await isPipe(path))) {
      await rm(path, { force: true });
      // Node.js has no call for it.
      await execa('mkfifo', ['-m', '600', path], { timeout: MKFIFO_LIMIT_MS });
    }
    return await open(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    throw new SluiceError('FILES', `the pipe of the access log ${path} cannot be made: ${messageOf(error)}`, error);
  }
};

/** Whether somebody has it open to read: a HAProxy that was started with it, as long as Sluice does not read it. */
export const isAccessPipeHeld = async (path: string): Promise<boolean> => {
  if (!(await isPipe(path))) return false;
  try {
    await (await open(path, constants.O_WRONLY | constants.O_NONBLOCK)).close();
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'ENXIO') return false;
    throw new SluiceError('FILES', `the pipe of the access log ${path} cannot be opened: ${messageOf(error)}`, error);
  }
};
