import { hash } from 'node:crypto';

/** Names of backends, servers and cookies exactly as Marathon-LB made them: dashboards, scripts and cookies in browsers depend on them. */

/** '/x/my.app-1_z' on port 10000 -> 'x_my.app-1_z_10000'. */
export const backendName = (appId: string, servicePort: number): string => `${appId.slice(1).replaceAll('/', '_')}_${servicePort}`;

/** HAProxy's rule for the names of proxies and servers (configuration manual, 2.2). */
export const isProxyName = (name: string): boolean => /^[A-Za-z0-9_.:-]{1,200}$/.test(name);

/** '<host>_<address>_<port>', without the host where it is the address; anything but letters, digits and '-' becomes '_'. */
export const serverName = (host: string, address: string, port: number): string => {
  const words = host === address ? [address, port] : [host, address, port];
  return words.join('_').replaceAll(/[^A-Za-z0-9-]/g, '_');
};

/** A number of any length, as bytes, modulo 32767. */
const modulo32767 = (bytes: Uint8Array): number => {
  let remainder = 0;
  for (const byte of bytes) remainder = (remainder * 256 + byte) % 32767;
  return remainder;
};

/** SHA-256 of the name modulo 32767; on 0 or a number that is taken, of the name with its own digest appended, and so on. */
export const serverId = (name: string, taken: ReadonlySet<number>): number => {
  let text = name;
  for (;;) {
    const digest = hash('sha256', text, 'buffer');
    const id = modulo32767(digest);
    if (id !== 0 && !taken.has(id)) return id;
    text = `${text} ${digest.toString('hex')}`;
  }
};

/** Value of the sticky cookie: the first 10 hex digits of the SHA-1 of the server's name. */
export const cookieValue = (name: string): string => hash('sha1', name).slice(0, 10);
