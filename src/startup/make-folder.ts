import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const entryAt = (path: string) => statSync(path, { throwIfNoEntry: false });
const isFolder = (path: string): boolean => entryAt(path)?.isDirectory() === true;

/**
 * Makes a folder and those above it that are missing. Throws the system's error.
 * Node's own way to do so never ends where the system says that there is no such folder as it makes one, as below /proc.
 */
export const makeFolder = (path: string, mode = 0o777): void => {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (entryAt(above) === undefined && above !== path) makeFolder(above, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Somebody else was first.
    if (!isFolder(path)) throw error;
  }
};
