import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** Whether the port can be listened on; 0 asks the system for one. Resolves to the port, or undefined when it is taken. */
const tryPort = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });

/** The port asked for where it is free, else another. */
const freePort = async (wanted: number, taken: ReadonlySet<number>): Promise<number> => {
  for (let port: number | undefined = wanted; ; port = 0) {
    const found = await tryPort(port);
    if (found !== undefined && !taken.has(found)) return found;
  }
};

/** Free ports on 127.0.0.1, each the wanted one where that is free. */
export const freePorts = async (wanted: readonly number[]): Promise<readonly number[]> => {
  const found = new Set<number>();
  for (const port of wanted) found.add(await freePort(port, found));
  return [...found];
};
