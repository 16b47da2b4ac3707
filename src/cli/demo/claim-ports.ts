import { randomInt } from 'node:crypto';
import { createServer, type ListenOptions, type Server } from 'node:net';

/** Ports that no other demo and no test is given before they are released, or this process has ended. */
export interface ClaimedPorts {
  /** All different, in the order they were asked for. */
  readonly ports: readonly number[];
  readonly release: () => Promise<void>;
}

/** Above Marathon's service ports; below Mesos' ports of tasks, and below what Linux gives to outgoing connections. */
const FIRST_PORT = 20_001;
const LAST_PORT = 30_999;
const TRIES = 1000;

/** undefined: somebody has it. */
const listen = (where: ListenOptions): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen({ ...where, exclusive: true }, () => resolve(server));
  });

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/**
 * Between finding a port free and listening on it another demo could find the same, and two HAProxies may even share a port without an
 * error (SO_REUSEPORT). So who wants a port first takes its name: a socket that the kernel holds as long as this process lives.
 */
const claim = async (host: string, port: number): Promise<Server | undefined> => {
  const name = await listen({ path: `\0sluice-port:${host}:${port}` });
  if (name === undefined) return undefined;
  try {
    const found = await listen({ host, port });
    if (found !== undefined) {
      await close(found);
      // Whoever holds it must not be kept alive by it.
      return name.unref();
    }
  } catch (error) {
    await close(name);
    throw error;
  }
  await close(name);
  return undefined;
};

/** The port asked for where it can be had, else another. */
const claimOne = async (host: string, wanted: number | undefined): Promise<{ readonly port: number; readonly name: Server }> => {
  let port = wanted ?? randomInt(FIRST_PORT, LAST_PORT + 1);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const name = await claim(host, port);
    if (name !== undefined) return { port, name };
    port = randomInt(FIRST_PORT, LAST_PORT + 1);
  }
  throw new Error(`no port from ${FIRST_PORT} to ${LAST_PORT} is free at ${host}`);
};

/**
 * Free ports at an address of this host.
 * @param wanted each is given where it is free, undefined means any
 * @throws Error when there are none, or the address is not this host's
 */
export const claimPorts = async (wanted: readonly (number | undefined)[], host = '127.0.0.1'): Promise<ClaimedPorts> => {
  const claimed: { readonly port: number; readonly name: Server }[] = [];
  const release = async (): Promise<void> => {
    await Promise.all(claimed.splice(0).map(({ name }) => close(name)));
  };
  try {
    for (const port of wanted) claimed.push(await claimOne(host, port));
    return { ports: claimed.map(({ port }) => port), release };
  } catch (error) {
    await release();
    throw error;
  }
};
