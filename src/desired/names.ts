import { hash } from 'node:crypto';

/** Names of backends, servers and cookies exactly as Marathon-LB made them: dashboards, scripts and cookies in browsers depend on them. */

/** '/x/my.app-1_z' on port 10000 -> 'x_my.app-1_z_10000'. */
export const backendName = (appId: string, servicePort: number): string => `${appId.slice(1).replaceAll('/', '_')}_${servicePort}`;

/** Of an endpoint of a pod without a service port: '/x/my.pod' and 'http' -> 'x_my.pod_http'. Marathon-LB had no pods. */
export const endpointBackendName = (podId: string, endpoint: string): string => `${podId.slice(1).replaceAll('/', '_')}_${endpoint}`;

/** The frontends that all apps share, as Marathon-LB named them. */
export const SHARED_FRONTENDS = {
  http: 'marathon_http_in',
  https: 'marathon_https_in',
  appId: 'marathon_http_appid_in',
  stats: 'stats',
} as const;

/** Backends of Sluice's own, beside those of apps. */
export const DECRYPTED = 'sluice_decrypted';
const ENDPOINTS = ['sluice_endpoints', 'sluice_observations'];

/** A name that no app's backend may have: scripts and rules mean something else by it. */
export const isOwnName = (name: string): boolean => [DECRYPTED, ...ENDPOINTS, ...Object.values<string>(SHARED_FRONTENDS)].includes(name);

/** HAProxy's rule for the names of proxies and servers (configuration manual, 2.2). */
export const isProxyName = (name: string): boolean => /^[A-Za-z0-9_.:-]{1,200}$/.test(name);

/** '<host>_<address>_<port>', without the host where it is the address; anything but letters, digits and '-' becomes '_'. */
export const serverName = (host: string, address: string, port: number): string => {
  const words = host === address ? [address, port] : [host, address, port];
  return words.join('_').replaceAll(/[^A-Za-z0-9-]/g, '_');
};

/** Ids of servers are 1 to this: Marathon-LB's are within 15 bits. */
export const MOST_IDS = 32766;

/** A number of some times 32 bits modulo 32767, read in one pass: it is made for each server of each app. */
const modulo32767 = (bytes: Buffer): number => {
  let remainder = 0;
  for (let at = 0; at < bytes.length; at += 4) remainder = (remainder * 2 ** 32 + bytes.readUInt32BE(at)) % (MOST_IDS + 1);
  return remainder;
};

/** As long as a third of the ids is free, nobody comes to the end of it. */
const LONGEST_CHAIN = 64;

const nextFree = (from: number, taken: ReadonlySet<number>): number => {
  for (let step = 0; step < MOST_IDS; step += 1) {
    const id = ((from + step) % MOST_IDS) + 1;
    if (!taken.has(id)) return id;
  }
  throw new Error('all server ids are taken');
};

/**
 * SHA-256 of the name modulo 32767; on 0 or a number that is taken, of the name with its own digest appended, and so on. Where nearly all are
 * taken, which Marathon-LB never came to: the next that is free.
 */
export const serverId = (name: string, taken: ReadonlySet<number>): number => {
  let text = name;
  let id = 0;
  for (let link = 0; link < LONGEST_CHAIN; link += 1) {
    const digest = hash('sha256', text, 'buffer');
    id = modulo32767(digest);
    if (id !== 0 && !taken.has(id)) return id;
    text = `${text} ${digest.toString('hex')}`;
  }
  return nextFree(id, taken);
};

/** Value of the sticky cookie: the first 10 hex digits of the SHA-1 of the server's name. */
export const cookieValue = (name: string): string => hash('sha1', name).slice(0, 10);
