import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Who serves may go through it, and neither list nor change it. */
const MODE = 0o711;

/**
 * All that HAProxy's workers see of the file system where they have given up their rights: one socket, behind which Sluice answers. The same folder for
 * all workers, so that those which serve already find the socket of a Sluice that starts later.
 */
const workersRootIn = (runDir: string): string => join(runDir, 'workers');

/** Makes it where it is missing: a worker that does not find it ends its master, and all that serves. Throws the system's error. */
export const makeWorkersRoot = async (runDir: string): Promise<void> => {
  const folder = workersRootIn(runDir);
  await mkdir(folder, { recursive: true, mode: MODE });
  // Whatever the umask is.
  await chmod(folder, MODE);
};
