import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { messageOf } from '../kit/error.ts';
import { type Answer, ROUTES } from './routes.ts';
import type { Sources } from './sources.ts';

interface ServerOptions {
  readonly log: Pick<Logger, 'warn' | 'info'>;
  readonly sources: Sources;
  /** Endpoints that do something are closed. */
  readonly readOnly: boolean;
}

/** HAProxy alone asks: a few requests at a time, each on a connection of its own. */
const LIMITS = { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 5000 };
const MOST_CONNECTIONS = 64;
/** Without a byte in either direction, as while a client does not read its answer. */
const IDLE_MS = 30_000;

const HEAD = { 'content-type': 'text/plain', 'cache-control': 'no-store', connection: 'close' };

const NO_SUCH: Answer = { status: 404, text: 'there is no such endpoint' };
const CLOSED: Answer = { status: 403, text: 'closed by --dont-serve-signals: send the signal to the process itself' };
const ONLY_GET: Answer = { status: 405, text: 'this endpoint is read by GET' };

const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD';

const answerTo = async (request: IncomingMessage, { sources, readOnly, log }: ServerOptions): Promise<Answer> => {
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
  const route = ROUTES.get(path);
  if (route === undefined) return NO_SUCH;
  if (route.methods === 'read' && !isRead(request)) return ONLY_GET;
  if (route.acts === true && readOnly) return CLOSED;
  if (route.acts === true) log.info({ path }, 'asked for on the statistics port');
  return route.answer(sources, new URLSearchParams(query));
};

const send = async (request: IncomingMessage, response: ServerResponse, { status, text, type }: Answer): Promise<void> => {
  if (typeof text === 'string') {
    response.writeHead(status, {
      ...HEAD,
      ...(type === undefined ? {} : { 'content-type': type }),
      'content-length': Buffer.byteLength(text),
    });
    response.end(request.method === 'HEAD' ? '' : text);
    return;
  }
  // The first piece says whether there is an answer at all.
  const pieces = text[Symbol.asyncIterator]();
  const first = await pieces.next();
  response.writeHead(status, HEAD);
  if (request.method === 'HEAD' || first.done === true) {
    await pieces.return?.();
    response.end();
    return;
  }
  await pipeline(Readable.from(rest(first.value, pieces)), response);
};

async function* rest(first: string, pieces: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    yield first;
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
  } finally {
    await pieces.return?.();
  }
}

const serve = async (request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> => {
  // Nothing is read of a body: none of these takes one.
  request.resume();
  try {
    await send(request, response, await answerTo(request, options));
  } catch (error) {
    if (response.headersSent) {
      // Its reader has gone, or what it reads has broken off: it must not look whole.
      response.destroy();
      return;
    }
    options.log.warn({ url: request.url, err: error }, `an endpoint of the statistics port gave no answer: ${messageOf(error)}`);
    await send(request, response, { status: 500, text: `no answer: ${messageOf(error)}` });
  }
};

/** Marathon-LB's endpoints, for HAProxy to ask. It listens nowhere yet. */
export const createEndpoints = (options: ServerOptions): Server => {
  const server = createServer(LIMITS, (request, response) => void serve(request, response, options));
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(IDLE_MS);
  return server;
};
