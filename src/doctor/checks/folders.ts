import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assertShort } from '../../haproxy/haproxy.ts';
import { messageOf } from '../../kit/error.ts';
import { type Check, fail, type Finding, ok, warn } from '../check.ts';

const MB = 1024 * 1024;
/** Two configurations of 10,000 backends, their maps and the logs. */
const LEAST_BYTES = 10 * MB;
const FEW_BYTES = 100 * MB;
const LEAST_FILES = 100;
const WORLD_WRITABLE = 0o002;
const STICKY = 0o1000;

const isThere = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The folder, or the nearest above it that is there. */
const nearest = async (path: string): Promise<string> => {
  let at = path;
  while (!(await isThere(at)) && at !== dirname(at)) at = dirname(at);
  return at;
};

/** With the sticky bit, as on /tmp and on a container's tmpfs, nobody can replace what another has made: he would have to come first. */
const openToAll = (flag: string, path: string, mode: number): Finding | undefined => {
  if ((mode & WORLD_WRITABLE) === 0) return undefined;
  const told = `${flag} ${path} is writable by everybody`;
  const fix = `chmod o-w ${path}`;
  return (mode & STICKY) === 0 ? fail(`${told}: any user could have HAProxy load files of his`, fix) : warn(told, fix);
};

const rights = async (flag: string, path: string, at: string): Promise<Finding | undefined> => {
  const folder = await stat(at);
  if (!folder.isDirectory()) return fail(`${flag} ${path}: ${at} is no folder`, `ls -ld ${at}   # give another ${flag}`);
  try {
    await access(at, constants.W_OK | constants.X_OK);
  } catch (error) {
    const fix =
      at === path
        ? `chown ${process.getuid?.() ?? ''} ${at} && chmod 700 ${at}`
        : `install -d -m 700 -o ${process.getuid?.() ?? ''} ${path}`;
    return fail(`${flag} ${path}: ${at} cannot be written: ${messageOf(error)}`, fix);
  }
  return at === path ? openToAll(flag, path, folder.mode) : undefined;
};

const room = async (flag: string, path: string, at: string): Promise<Finding | undefined> => {
  const { bavail, bsize, ffree, files } = await statfs(at);
  const free = bavail * bsize;
  const told = `${flag} ${path}: ${Math.floor(free / MB)} MB are free`;
  const fix = `df -h ${at}`;
  // Some file systems make files as they are needed, and count none.
  if (files > 0 && ffree < LEAST_FILES) return fail(`${flag} ${path}: room for ${ffree} files is left`, `df -i ${at}`);
  if (free < LEAST_BYTES) return fail(`${told}, too few`, fix);
  return free < FEW_BYTES ? warn(told, fix) : undefined;
};

const look = async (flag: string, path: string): Promise<Finding> => {
  const at = await nearest(path);
  // A warning must not hide that there is no room.
  const found = [await rights(flag, path, at), await room(flag, path, at)].filter((one) => one !== undefined);
  const worst = found.find(({ level }) => level === 'fail') ?? found[0];
  return worst ?? ok(`${flag} ${path}: ${at === path ? 'can be written' : 'will be made'}, there is room`);
};

export const folders: Check = {
  name: 'folders',
  find: async ({ settings: { runDir, stateDir } }) => {
    try {
      assertShort(runDir);
    } catch (error) {
      return [fail(messageOf(error), 'sluice run --run-dir /run/sluice'), await look('--state-dir', stateDir)];
    }
    return [await look('--run-dir', runDir), await look('--state-dir', stateDir)];
  },
};
