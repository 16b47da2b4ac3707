import type { Server, ServerOptions } from '../desired/desired.ts';

/**
 * Idle connections to a server under which a thread takes none from another: with many servers and few idle connections each, the threads would
 * spend more on moving connections to and fro than on requests. HAProxy's manual recommends twice the number of threads; a small fixed number
 * keeps few connections open where there are many threads.
 */
const POOL_LOW_CONN = 4;

const tlsWords = (tls: NonNullable<ServerOptions['check']>['tls']): readonly string[] => {
  if (tls === undefined) return [];
  return ['check-ssl verify none', ...(tls.name === undefined ? [] : [`check-sni ${tls.name}`])];
};

const checkWords = ({ check }: ServerOptions, checkPort: number | undefined): readonly string[] => {
  if (check === undefined) return [];
  // A server that is down is asked every second or so: it gets traffic as soon as it can take it, whatever the app's own interval.
  const eager = Math.min(check.intervalSeconds, 1);
  const at = checkPort ?? check.port;
  const port = at === undefined ? [] : [`port ${at}`];
  return [
    `check inter ${check.intervalSeconds}s fastinter ${eager}s downinter ${eager}s rise 1 fall ${check.fall}`,
    ...port,
    ...tlsWords(check.tls),
    ...(check.proto === undefined ? [] : [`check-proto ${check.proto}`]),
  ];
};

/** What all servers have that are checked at this port. */
const optionWords = (options: ServerOptions, checkPort: number | undefined): string =>
  [
    `pool-low-conn ${POOL_LOW_CONN}`,
    ...(options.maxConnections === undefined ? [] : [`maxconn ${options.maxConnections}`]),
    ...(options.proto === undefined ? [] : [`proto ${options.proto}`]),
    ...(options.text === undefined ? checkWords(options, checkPort) : [options.text]),
  ].join(' ');

const address = (server: Server): string => (server.address.includes(':') ? `[${server.address}]` : server.address);

const placeWords = (server: Server): string => {
  const cookie = server.cookie === undefined ? '' : ` cookie ${server.cookie}`;
  return `${address(server)}:${server.port} id ${server.id} weight ${server.weight}${cookie}`;
};

/**
 * The words after the server's name, the same in haproxy.cfg and in `add server`: a server added at run time ignores `default-server`
 * (HAProxy, all versions), so nothing may come from there.
 */
export const serverWords = (server: Server, options: ServerOptions): string =>
  `${placeWords(server)} ${optionWords(options, server.checkPort)}`;

/** Drained is what weight 0 is too: clients that belong to it stay in the first moments of a new worker. */
const isDisabled = ({ state, weight }: Server): boolean => state === 'maint' || (state === 'drain' && weight > 0);

/** The `server` lines of a backend in haproxy.cfg, without indentation. What is not in service is `disabled`: maint until told otherwise. */
export const serverLines = (servers: readonly Server[], options: ServerOptions): readonly string[] => {
  const usual = optionWords(options, undefined);
  return servers.map((server) => {
    const words = server.checkPort === undefined ? usual : optionWords(options, server.checkPort);
    return `server ${server.name} ${placeWords(server)} ${words}${isDisabled(server) ? ' disabled' : ''}`;
  });
};
