import { createServer } from 'node:net';
import { SluiceError } from '../kit/error.ts';

/** Where HAProxy listens: '*' or an IP address, and a port. */
export interface Listener {
  readonly address: string;
  readonly port: number;
}

/** A listener that HAProxy could not have, and why in words. */
export interface RefusedListener extends Listener {
  readonly reason: string;
}

/** HAProxy was not asked: a reload whose bind fails refuses all new connections for two seconds (all versions). */
export class BindTaken extends SluiceError {
  readonly listeners: readonly RefusedListener[];

  constructor(listeners: readonly RefusedListener[]) {
    super('BIND_TAKEN', `cannot listen on ${listeners.map(({ address, port, reason }) => `${address}:${port} (${reason})`).join(', ')}`);
    this.listeners = listeners;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this host does not have the address',
  EACCES: 'not permitted: ports below 1024 need root or CAP_NET_BIND_SERVICE',
};

const isAny = (address: string): boolean => address === '*' || address === '0.0.0.0' || address === '::';

const keyOf = ({ address, port }: Listener): string => `${address} ${port}`;

const overlaps = (a: Listener, b: Listener): boolean =>
  a.port === b.port && (a.address === b.address || isAny(a.address) || isAny(b.address));

/** The system's error code, or undefined: it can be listened on. */
const tryToListen = async ({ address, port }: Listener): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: address === '*' ? '0.0.0.0' : address, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

/** Throws BindTaken that names all of `wanted` that could not be had. `held` is what our HAProxy listens on now. */
export const checkBinds = async (wanted: readonly Listener[], held: readonly Listener[]): Promise<void> => {
  const refused: RefusedListener[] = [];
  // Looked up, not searched: there is a listener for each service port of thousands of apps, and nearly all are held.
  const ours = new Set(held.map(keyOf));
  for (const listener of wanted) {
    if (ours.has(keyOf(listener))) continue;
    const code = await tryToListen(listener);
    // *:80 beside 10.0.0.1:80 is in use by ourselves; HAProxy can have it, for all its sockets share ports (SO_REUSEPORT).
    const isOurs = code === 'EADDRINUSE' && held.some((other) => overlaps(listener, other));
    if (code !== undefined && !isOurs) refused.push({ ...listener, reason: REASONS[code] ?? code });
  }
  if (refused.length > 0) throw new BindTaken(refused);
};

/** The listeners in the text of a config: `bind 10.0.0.1:80 …`, `bind :::80`, `bind *:80`, `bind :80`, `bind [::1]:80`. */
export const listenersIn = (config: string): readonly Listener[] =>
  [...config.matchAll(/^\s*bind\s+(?:ipv[46]@)?(\S*):(\d+)(?:\s|$)/gm)].map(([, address = '', port]) => ({
    address: address === '' ? '*' : address.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port),
  }));
