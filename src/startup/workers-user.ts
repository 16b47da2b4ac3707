import { readFileSync } from 'node:fs';
import { chooseWorkersUser, type WorkersUser } from './choose-workers-user.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

/** As whom HAProxy's workers serve on this host. Throws as chooseWorkersUser does. */
export const workersUser = (wanted: string | undefined): WorkersUser =>
  chooseWorkersUser(wanted, {
    uid: process.getuid?.() ?? 0,
    passwd: read('/etc/passwd'),
    status: read('/proc/self/status'),
    uidMap: read('/proc/self/uid_map'),
    gidMap: read('/proc/self/gid_map'),
  });

/** Its id, where HAProxy's workers serve as another user than Sluice. Throws as chooseWorkersUser does. */
export const workersUid = (wanted: string | undefined): number | undefined => {
  const user = workersUser(wanted);
  return user.kind === 'own' ? user.uid : undefined;
};
