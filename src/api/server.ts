import { chmodSync, rmSync } from 'node:fs';
import Fastify, { type FastifyInstance } from 'fastify';
import { messageOf, SluiceError } from '../kit/error.ts';
import { familiesOf } from '../metrics/families.ts';
import { processFacts } from '../metrics/process-facts.ts';
import { CONTENT_TYPE, toText } from '../metrics/text.ts';
import type { Views } from '../reconcile/views.ts';
import { wrongHost } from './host-check.ts';

class NothingToTell extends Error {
  constructor() {
    super('Sluice is starting or ending: ask again in a moment');
  }
}

const codeOf = (error: unknown): string => {
  if (error instanceof NothingToTell) return 'NOT_RUNNING';
  return error instanceof SluiceError ? error.code : 'INTERNAL';
};

const errorBody = (error: unknown): object => ({
  error: messageOf(error),
  code: codeOf(error),
});

/** What the request is to blame for has a status of Fastify's; all else is HAProxy, which cannot be asked. */
const statusOf = (error: unknown): number => {
  if (error instanceof NothingToTell) return 503;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 502;
  return status >= 400 && status < 500 ? status : 502;
};

/** '/shop/cart' from 'shop/cart', '//shop/cart', '/shop//cart/'. */
const toAppId = (text: string): string =>
  `/${text
    .split('/')
    .filter((word) => word !== '')
    .join('/')}`;

/** `given` is undefined while Sluice starts and ends. */
const withRoutes = (server: FastifyInstance, given: () => Views | undefined): FastifyInstance => {
  const views = (): Views => {
    const present = given();
    if (present === undefined) throw new NothingToTell();
    return present;
  };
  server.get('/health', () => ({ alive: true }));
  server.get('/ready', (_request, reply) => {
    const readiness = views().ready();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  server.get('/status', () => views().status());
  server.get('/problems', () => views().problems());
  server.get('/metrics', async (_request, reply) =>
    reply.type(CONTENT_TYPE).send(toText(familiesOf({ status: await views().status(), process: processFacts() }))),
  );
  server.get('/plan', () => views().plan());
  server.get<{ Params: { '*': string } }>('/apps/*', async (request, reply) => {
    const appId = toAppId(request.params['*']);
    const explanation = await views().explain(appId);
    return explanation ?? reply.code(404).send({ error: `Marathon has no app ${appId}`, code: 'NO_SUCH_APP' });
  });
  server.post('/confirm', (request, reply) => {
    // Pages in a browser may send anything else to another site without asking.
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
      return reply.code(415).send({ error: 'confirm with the body {} and content-type application/json', code: 'NOT_JSON' });
    const held = views().confirm();
    return held === undefined
      ? reply.code(409).send({ error: 'nothing is held: all that Marathon lists is in force', code: 'NOTHING_HELD' })
      : { confirmed: held };
  });
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      error: `no such endpoint: ${request.method} ${request.url}; see /status, /problems, /metrics, /plan, /apps/ID, /health, /ready, POST /confirm`,
      code: 'NO_SUCH_ENDPOINT',
    }),
  );
  server.setErrorHandler((error, _request, reply) => reply.code(statusOf(error)).send(errorBody(error)));
  return server;
};

const make = (views: () => Views | undefined): FastifyInstance =>
  // While it closes the routes still answer, and say themselves that Sluice is ending: in Fastify's words nobody would know it.
  withRoutes(Fastify({ logger: false, forceCloseConnections: true, return503OnClosing: false, bodyLimit: 1 << 20 }), views);

/** Refuses what browsers are led to send here: on TCP only, since no page reaches a Unix socket. */
const withHostCheck = (server: FastifyInstance, listenHost: string): FastifyInstance =>
  server.addHook('onRequest', async (request, reply) => {
    const wrong = wrongHost(request.headers.host, listenHost);
    return wrong === undefined ? undefined : reply.code(421).send({ error: wrong, code: 'WRONG_HOST' });
  });

/** Where the API listens: a Unix socket for this host's operators, and a TCP address. */
export interface ApiAddresses {
  readonly socket: string;
  readonly listen: { readonly host: string; readonly port: number } | undefined;
}

/** The control API. `url` is undefined without a TCP address. */
export interface Api {
  readonly url: string | undefined;
  readonly close: () => Promise<void>;
}

/** Opens the API, alive at once; it tells more when there is more to tell. A socket file that is left over is replaced: see beTheOnlyOne. */
export const openApi = async (addresses: ApiAddresses, views: () => Views | undefined): Promise<Api> => {
  const servers: FastifyInstance[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    rmSync(addresses.socket, { force: true });
    const local = make(views);
    servers.push(local);
    await local.listen({ path: addresses.socket });
    chmodSync(addresses.socket, 0o600);
    if (addresses.listen === undefined) return { url: undefined, close };
    const remote = withHostCheck(make(views), addresses.listen.host);
    servers.push(remote);
    return { url: await remote.listen(addresses.listen), close };
  } catch (error) {
    await close();
    throw new SluiceError('SETTINGS', `the API cannot listen: ${messageOf(error)}; see --api-listen and --run-dir`, error);
  }
};
