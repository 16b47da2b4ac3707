import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a folder lists is on the disk as well. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const writeSynced = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Puts a text in place of a file's, whole or not at all, on the disk when it resolves. */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await rm(temporary, { force: true });
    await writeSynced(temporary, text);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    // Whether this goes well changes nothing.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
};
