import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Name } from '../../dns/name.ts';
import type { ZoneView } from '../../dns/zone-view.ts';
import { messageOf, SluiceError } from '../../kit/error.ts';
import { type AnswerMessage, addMessageRoute } from './message-answer.ts';
import { addRoutes } from './routes.ts';
import type { AxfrHead, ToldFramework, ToldSet } from './told-zone.ts';

/** What there is to tell of the zone. */
export interface RestZone extends ZoneView {
  /** All apexes. */
  apexes(): Iterable<Name>;
  /** What is at or below an apex and in no zone below it, as it is now: it does not change any more. */
  snapshot(apex: Name): readonly ToldSet[];
  /** As Mesos-DNS enumerates: what is told of it is made while it is read. */
  frameworks(): Iterable<ToldFramework>;
}

export interface RestOptions {
  /** Changes in place; read anew for each request. */
  readonly zone: () => RestZone;
  /** Of what is known; `sinceMs`: when it was last confirmed, as Date.now() has it. */
  readonly freshness: () => { readonly state: 'not-ready' | 'fresh' | 'stale'; readonly sinceMs: number };
  readonly listen: { readonly host: string; readonly port: number };
  /** What `/v1/config` tells, with the keys of Mesos-DNS and without secrets: it is told to everybody. */
  readonly config: () => object;
  readonly head: AxfrHead;
  /** `/v1/enumerate` and `/v1/axfr`: `enumerationOn`. */
  readonly enumeration: boolean;
  readonly version: string;
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

export interface Rest {
  /** 'http://127.0.0.1:8123' */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Opens Mesos-DNS's REST interface over the zone. @throws SluiceError SETTINGS: it cannot listen there */
export const openRest = async (options: RestOptions): Promise<Rest> => {
  const server = createServer();
  addRoutes(server, options);
  if (options.answerMessage !== undefined) addMessageRoute(server, options.answerMessage);
  try {
    const url = await server.listen(options.listen);
    return { url, close: async () => server.close() };
  } catch (error) {
    await server.close();
    throw new SluiceError(
      'SETTINGS',
      `the REST interface of the DNS server cannot listen on ${options.listen.host}:${options.listen.port}: ${messageOf(error)}; is a Mesos-DNS still running there?`,
      error,
    );
  }
};
