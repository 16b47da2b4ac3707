import { createServer, type Server } from 'node:net';

const open = (host: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => resolve(server));
  });

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
};

/** Ports that nobody listens on, all different. */
export const freePorts = async (count: number, host = '127.0.0.1'): Promise<readonly number[]> => {
  const servers = await Promise.all(Array.from({ length: count }, async () => open(host)));
  const ports = servers.map(portOf);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};
