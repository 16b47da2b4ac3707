import { SluiceError } from '../kit/error.ts';

/** What a choice of HAProxy's user depends on, as texts of the system. */
export interface HostUsers {
  /** Of this process. */
  readonly uid: number;
  /** /etc/passwd. */
  readonly passwd: string;
  /** /proc/self/status. */
  readonly status: string;
  /** /proc/self/uid_map and gid_map. */
  readonly uidMap: string;
  readonly gidMap: string;
}

/** As whom HAProxy's workers serve. */
export type WorkersUser =
  | { readonly kind: 'own'; readonly name: string; readonly uid: number; readonly gid: number }
  /** As Sluice itself. `worrying`: as root, and nobody has asked for it. */
  | { readonly kind: 'as-sluice'; readonly because: string; readonly worrying: boolean };

const USUAL = 'haproxy';
/** What a worker needs to become another user in an empty folder. */
const CAPABILITIES: readonly (readonly [name: string, bit: bigint])[] = [
  ['CAP_SETGID', 6n],
  ['CAP_SETUID', 7n],
  ['CAP_SYS_CHROOT', 18n],
];

const idsOf = (passwd: string, name: string): { readonly uid: number; readonly gid: number } | undefined => {
  const [, , uid = '', gid = ''] =
    passwd
      .split('\n')
      .map((line) => line.split(':'))
      .find(([first]) => first === name) ?? [];
  return [uid, gid].every((text) => /^\d+$/.test(text)) ? { uid: Number(uid), gid: Number(gid) } : undefined;
};

/** Programs that root starts have what is in the bounding set. */
const hasCapability = (status: string, bit: bigint): boolean => {
  const bits = BigInt(`0x${/^CapBnd:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return ((bits >> bit) & 1n) === 1n;
};

const missingCapability = (status: string): string | undefined => CAPABILITIES.find(([, bit]) => !hasCapability(status, bit))?.[0];

const CAP_CHOWN = 0n;

/** Whether HAProxy could give a socket to its workers, which are somebody else. `status`: /proc/self/status. */
export const canGiveSockets = (status: string): boolean => hasCapability(status, CAP_CHOWN);

const isMapped = (map: string, id: number): boolean =>
  map.split('\n').some((line) => {
    const [first = NaN, , count = NaN] = line.trim().split(/\s+/).map(Number);
    return id >= first && id < first + count;
  });

const whyNot = (name: string, host: HostUsers): string | undefined => {
  const ids = idsOf(host.passwd, name);
  if (ids === undefined) return `there is no user '${name}' in /etc/passwd`;
  if (ids.uid === 0 || ids.gid === 0) return `'${name}' is root`;
  const missing = missingCapability(host.status);
  if (missing !== undefined) return `this process has no ${missing}`;
  if (!isMapped(host.uidMap, ids.uid) || !isMapped(host.gidMap, ids.gid)) return `the ids of '${name}' are not mapped into this container`;
  return undefined;
};

/**
 * Pure. It must be known before: a worker that cannot become its user ends its master, and with it all that serves (2.6 to 3.0).
 * @param wanted name of a user, 'off', or undefined: 'haproxy', where that can be
 * @throws SluiceError SETTINGS where a user was named that HAProxy cannot be
 */
export const chooseWorkersUser = (wanted: string | undefined, host: HostUsers): WorkersUser => {
  // What is not root has nothing to give up.
  if (host.uid !== 0) return { kind: 'as-sluice', because: 'Sluice is not root', worrying: false };
  if (wanted === 'off') return { kind: 'as-sluice', because: '--haproxy-user is off', worrying: false };
  const name = wanted ?? USUAL;
  const because = whyNot(name, host);
  if (because === undefined) return { kind: 'own', name, ...(idsOf(host.passwd, name) as { uid: number; gid: number }) };
  if (wanted === undefined) return { kind: 'as-sluice', because, worrying: true };
  throw new SluiceError('SETTINGS', `--haproxy-user: ${because}; name another user, or 'off'`);
};
