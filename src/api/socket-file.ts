import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, SluiceError } from '../kit/error.ts';

/** Who may use the control socket besides its owner. */
export interface SocketAccess {
  /** 0o600 or 0o660. */
  readonly mode: number;
  /** Name or number of the group of the socket. undefined: that of this process. */
  readonly group: string | undefined;
}

const gidOf = (group: string): number => {
  if (/^\d+$/.test(group)) return Number(group);
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${group}:`));
  const gid = line?.split(':')[2];
  if (gid === undefined) throw new SluiceError('SETTINGS', `--api-socket-group: /etc/group has no group '${group}': give its number`);
  return Number(gid);
};

const chgrp = (path: string, gid: number): void => {
  try {
    chownSync(path, -1, gid);
  } catch (error) {
    throw new SluiceError('SETTINGS', `--api-socket-group: ${path} cannot be given to it: ${messageOf(error)}; is this user in it?`, error);
  }
};

/** The group must get as far as the socket. It may go through the run directory, not look around in it. */
const letGroupThrough = (folder: string, gid: number): void => {
  const { mode, gid: present } = statSync(folder);
  if ((mode & 0o001) !== 0 || (present === gid && (mode & 0o010) !== 0)) return;
  chgrp(folder, gid);
  chmodSync(folder, (mode & 0o7707) | 0o010);
};

/**
 * Makes the control socket. It comes to be in a folder that is its owner's alone, and is moved to its place when it has its mode: at no time may
 * anybody connect who may not. A file that is left over there is replaced. `listen` is given the path to listen on.
 */
export const makeSocket = async (
  path: string,
  { mode, group }: SocketAccess,
  listen: (path: string) => Promise<unknown>,
): Promise<void> => {
  // No longer than the socket's own name: the path of a socket has 107 characters.
  const nursery = join(dirname(path), '.api');
  const born = join(nursery, 's');
  rmSync(nursery, { recursive: true, force: true });
  mkdirSync(nursery, { mode: 0o700 });
  await listen(born);
  if (group !== undefined) chgrp(born, gidOf(group));
  chmodSync(born, mode);
  if ((mode & 0o060) !== 0) letGroupThrough(dirname(path), statSync(born).gid);
  renameSync(born, path);
  rmSync(nursery, { recursive: true, force: true });
};
