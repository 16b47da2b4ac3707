import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Name } from '../../dns/name.ts';
import type { ZoneNode, ZoneView } from '../../dns/zone-view.ts';
import { type AnswerMessage, addMessageRoute } from './message-answer.ts';
import { addRoutes } from './routes.ts';
import type { AxfrHead, ToldFramework, ToldSet } from './told-zone.ts';

/** What there is to tell of the zone. */
export interface RestZone extends ZoneView {
  /** All names of all zones. */
  nodes(): Iterable<readonly [Name, ZoneNode]>;
  /** What is at or below an apex and in no zone below it, as it is now: it does not change any more. */
  snapshot(apex: Name): readonly ToldSet[];
}

export interface RestOptions {
  /** Changes in place; read anew for each request. */
  readonly zone: () => RestZone;
  /** As Mesos-DNS enumerates them; what is told of one is made while it is read. */
  readonly frameworks: () => Iterable<ToldFramework>;
  /** Of what is known; `sinceMs`: when it was last confirmed, as Date.now() has it. */
  readonly freshness: () => { readonly state: 'not-ready' | 'fresh' | 'stale'; readonly sinceMs: number };
  readonly listen: { readonly host: string; readonly port: number };
  /** What `/v1/config` tells, with the keys of Mesos-DNS and without secrets: it is told to everybody. */
  readonly config: () => object;
  readonly head: AxfrHead;
  /** `/v1/enumerate` and `/v1/axfr`: `enumerationOn`. */
  readonly enumeration: boolean;
  readonly version: string;
  /** Whether a client of that address is told anything. */
  readonly mayAsk: (address: string) => boolean;
  /** Absent: there is no DNS over HTTPS here. */
  readonly answerMessage?: AnswerMessage;
}

/** What one client may take: these listen where others than this host's operators are. */
const HTTP_LIMITS = { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, connectionsCheckingInterval: 5000 };
const MOST_CONNECTIONS = 256;

const createServer = (): FastifyInstance => {
  const server = Fastify({
    logger: false,
    forceCloseConnections: true,
    http: HTTP_LIMITS,
    requestTimeout: 20_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 20_000,
    bodyLimit: 1024,
    exposeHeadRoutes: false,
    // Names are longer than Fastify expects of a parameter.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: HTTP_LIMITS.maxHeaderSize },
    frameworkErrors: (_error, _request, reply) =>
      void (reply as unknown as FastifyReply).code(400).type('text/plain').send('400: the path cannot be decoded'),
  });
  server.server.maxConnections = MOST_CONNECTIONS;
  return server;
};

/** Names and addresses of a cluster are a map of it. */
const keepOut = (server: FastifyInstance, mayAsk: RestOptions['mayAsk']): void => {
  server.addHook('onRequest', async ({ raw: { socket } }, reply) =>
    mayAsk(socket.remoteAddress ?? '')
      ? undefined
      : reply.code(403).type('text/plain').send('403: this client may not ask: see --dns-allow'),
  );
};

export interface Rest {
  /** 'http://127.0.0.1:8123' */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Opens Mesos-DNS's REST interface over the zone. @throws Error: it cannot listen there */
export const openRest = async (options: RestOptions): Promise<Rest> => {
  const server = createServer();
  keepOut(server, options.mayAsk);
  addRoutes(server, options);
  if (options.answerMessage !== undefined) addMessageRoute(server, options.answerMessage);
  try {
    const url = await server.listen(options.listen);
    return { url, close: async () => server.close() };
  } catch (error) {
    await server.close();
    throw error;
  }
};
