import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Endpoint } from '../../dns/mesos-dns-config/endpoint.ts';
import { messageOf, systemCodeOf } from '../../kit/error.ts';
import { type Check, fail, type Finding, ok, warn } from '../check.ts';
import { runningSluice } from '../who-runs.ts';

/** Rejects where it cannot be had. */
const tryUdp = async ({ host, port }: Endpoint): Promise<void> =>
  new Promise((resolve, reject) => {
    const isIpv6 = host.includes(':');
    const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: isIpv6 });
    socket.once('error', reject);
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve()));
  });

const tryTcp = async ({ host, port }: Endpoint): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true, ipv6Only: host.includes(':') }, () => server.close(() => resolve()));
  });

const trouble = ({ host, port }: Endpoint, flag: string, error: unknown): Finding => {
  const where = `${flag} ${host}:${port}`;
  switch (systemCodeOf(error)) {
    case 'EADDRINUSE':
      return fail(
        `${where} is taken`,
        `ss -lnutp 'sport = :${port}'   # stop what listens there (systemd-resolved? Mesos-DNS?), or give another ${flag}`,
      );
    case 'EACCES':
      return fail(
        `${where}: this user may not listen there`,
        `sysctl -w net.ipv4.ip_unprivileged_port_start=${port}   # or run Sluice as root`,
      );
    case 'EADDRNOTAVAIL':
      return warn(`${where}: no address of this host now; it is taken as soon as it is one`, 'ip address');
    default:
      return fail(`${where}: ${messageOf(error)}`, `give another ${flag}`);
  }
};

const findingOf = async (
  at: Endpoint,
  flag: string,
  attempts: readonly ((at: Endpoint) => Promise<void>)[],
): Promise<readonly Finding[]> => {
  for (const attempt of attempts) {
    try {
      await attempt(at);
    } catch (error) {
      return [trouble(at, flag, error)];
    }
  }
  return [];
};

/** Where DNS is to be answered. A Sluice that runs here has these ports itself, and tells of those that it has not. */
export const dns: Check = {
  name: 'dns',
  find: async ({ settings }) => {
    const { dns: wanted } = settings;
    if (wanted === undefined) return [];
    if ((await runningSluice(settings.runDir, settings.api.socket)) !== undefined)
      return [ok('a Sluice runs here: `sluice status` says where it answers DNS')];
    const found = await Promise.all([
      ...wanted.listen.map(async (at) => findingOf(at, '--dns-listen', [tryUdp, tryTcp])),
      ...wanted.http.map(async (at) => findingOf(at, '--dns-http-listen', [tryTcp])),
    ]);
    const bad = found.flat();
    return bad.length > 0 ? bad : [ok([...wanted.listen, ...wanted.http].map(({ host, port }) => `${host}:${port}`).join(', '))];
  },
};
