import { existsSync, readFileSync } from 'node:fs';
import { SluiceError } from '../kit/error.ts';
import { canGiveSockets, chooseWorkersUser, type WorkersUser } from './choose-workers-user.ts';

const readOr = (absent: string, path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : absent);

/** As a kernel without user namespaces has it, which has no such files. */
const EVERY_ID = '0 0 4294967295';

/** As whom HAProxy's workers serve on this host. Throws as chooseWorkersUser does. */
export const workersUser = (wanted: string | undefined): WorkersUser =>
  chooseWorkersUser(wanted, {
    uid: process.getuid?.() ?? 0,
    passwd: readOr('', '/etc/passwd'),
    status: readFileSync('/proc/self/status', 'utf8'),
    uidMap: readOr(EVERY_ID, '/proc/self/uid_map'),
    gidMap: readOr(EVERY_ID, '/proc/self/gid_map'),
  });

/** Its id, where HAProxy's workers serve as another user than Sluice. Throws as chooseWorkersUser does. */
export const workersUid = (wanted: string | undefined): number | undefined => {
  const user = workersUser(wanted);
  return user.kind === 'own' ? user.uid : undefined;
};

/** Who owns what workers are to open; undefined: they are as Sluice. Throws as chooseWorkersUser does, and where nothing can be given to them. */
export const socketOwner = (flag: string, wanted: string | undefined): { readonly uid: number; readonly gid: number } | undefined => {
  const user = workersUser(wanted);
  if (user.kind !== 'own') return undefined;
  if (canGiveSockets(readFileSync('/proc/self/status', 'utf8'))) return { uid: user.uid, gid: user.gid };
  throw new SluiceError(
    'SETTINGS',
    `${flag}: this process has no CAP_CHOWN, to give a socket to HAProxy's workers; let it have that, or give --haproxy-user off`,
  );
};
