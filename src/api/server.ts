import { rmSync } from 'node:fs';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { messageOf, SluiceError } from '../kit/error.ts';
import { isLoopback } from '../kit/ip-address.ts';
import type { Views } from '../report/views.ts';
import { askCredentials, readOnly } from './access.ts';
import { createListener, LIMITS, type Limits } from './listener.ts';
import { ROUTES } from './routes.ts';
import { makeSocket, type SocketAccess } from './socket-file.ts';
import { type TlsFiles, tlsOptionsOf } from './tls.ts';
import { TokenFile } from './token-file.ts';

class NothingToTell extends Error {
  constructor() {
    super('Sluice is starting or ending: ask again in a moment');
  }
}

/** What the request is to blame for has a status of Fastify's, and what could not be written one of ours; all else is HAProxy, which cannot be asked. */
const statusOf = (error: unknown): number => {
  if (error instanceof NothingToTell) return 503;
  if (error instanceof SluiceError && error.code === 'CONFLICT') return 409;
  if (error instanceof SluiceError && error.code === 'STORE') return 503;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 502;
  return status >= 400 && status < 500 ? status : 502;
};

const codeOf = (error: unknown): string => {
  if (error instanceof NothingToTell) return 'NOT_RUNNING';
  if (error instanceof SluiceError) return error.code;
  return statusOf(error) < 500 ? 'BAD_REQUEST' : 'INTERNAL';
};

const errorBody = (error: unknown): object => ({
  error: messageOf(error),
  code: codeOf(error),
});

const tellError = (reply: FastifyReply, error: unknown): FastifyReply => reply.code(statusOf(error)).send(errorBody(error));

const ENDPOINTS = ROUTES.map(({ method, path }) => `${method} ${path.replace('*', 'ID')}`).join(', ');

/** `given` is undefined while Sluice starts and ends. */
const addRoutes = (server: FastifyInstance, given: () => Views | undefined): void => {
  const views = (): Views => {
    const present = given();
    if (present === undefined) throw new NothingToTell();
    return present;
  };
  for (const route of ROUTES) {
    const { method, path, role, answer } = route;
    const limit = 'bodyBytes' in route ? { bodyLimit: route.bodyBytes } : {};
    server.route({ method, url: path, config: { role }, ...limit, handler: async (request, reply) => answer(views, request, reply) });
  }
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `no such endpoint: ${request.method} ${request.url}; see ${ENDPOINTS}`, code: 'NO_SUCH_ENDPOINT' }),
  );
  server.setErrorHandler((error, _request, reply) => tellError(reply, error));
};

/** Where the API listens, and whom it lets in: on a Unix socket this host's operators, by TCP who has credentials. */
export interface ApiOptions {
  readonly socket: string;
  readonly socketAccess: SocketAccess;
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  readonly tokenFile: string | undefined;
  readonly tls: TlsFiles | undefined;
  /** Common names of client certificates that may write; all others read. */
  readonly writeNames: readonly string[];
}

/** The control API. `url` is undefined without a TCP address. */
export interface Api {
  readonly url: string | undefined;
  /** All that it answers, as Fastify tells: 'GET /apps/*'. */
  readonly endpoints: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

type Log = Pick<Logger, 'warn' | 'error'>;

/** How TCP is guarded: by credentials, or, without any, by letting nobody write. */
const guarding = ({ listen, tokenFile, tls, writeNames }: ApiOptions, log: Log): ((server: FastifyInstance) => void) => {
  const certificates = tls?.clientCa !== undefined;
  if (tokenFile === undefined && !certificates) return (server) => readOnly(server, listen?.host ?? '');
  const tokens = tokenFile === undefined ? undefined : new TokenFile(tokenFile, log);
  if (tokens !== undefined && tls === undefined && !isLoopback(listen?.host ?? ''))
    log.warn('tokens of the API go over the network in clear text: give --api-tls-cert and --api-tls-key');
  return (server) => askCredentials(server, () => ({ tokens: tokens?.tokens(), writeNames: certificates ? writeNames : undefined }));
};

/** Opens the API, alive at once; it tells more when there is more to tell. A socket file that is left over is replaced: see beTheOnlyOne. */
export const openApi = async (options: ApiOptions, views: () => Views | undefined, log: Log, limits: Limits = LIMITS): Promise<Api> => {
  const servers: FastifyInstance[] = [];
  const endpoints = new Set<string>();
  const make = (tls: TlsFiles | undefined, guard: (server: FastifyInstance) => void): FastifyInstance => {
    const tlsOptions = tls === undefined ? undefined : tlsOptionsOf(tls);
    const server = Fastify({
      logger: false,
      forceCloseConnections: true,
      // While it closes the routes still answer, and say themselves that Sluice is ending: in Fastify's words nobody would know it.
      return503OnClosing: false,
      bodyLimit: limits.bodyBytes,
      // Before any route: a path that cannot be decoded.
      frameworkErrors: (error, _request, reply) => void tellError(reply as unknown as FastifyReply, error),
      serverFactory: (handler) => createListener(handler, limits, tlsOptions),
    });
    servers.push(server);
    guard(server);
    server.addHook('onRoute', ({ method, url }) => void endpoints.add(`${String(method)} ${url}`));
    addRoutes(server, views);
    return server;
  };
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
    rmSync(options.socket, { force: true });
  };
  try {
    // Whoever may open the socket may do all.
    const local = make(undefined, () => undefined);
    await makeSocket(options.socket, options.socketAccess, async (path) => local.listen({ path }));
    if (options.listen === undefined) return { url: undefined, endpoints, close };
    const remote = make(options.tls, guarding(options, log));
    const url = await remote.listen(options.listen);
    // Fastify does not see what server it was given.
    return { url: options.tls === undefined ? url : url.replace(/^http:/, 'https:'), endpoints, close };
  } catch (error) {
    await close();
    if (error instanceof SluiceError) throw error;
    throw new SluiceError('SETTINGS', `the API cannot listen: ${messageOf(error)}; see --api-listen and --run-dir`, error);
  }
};
