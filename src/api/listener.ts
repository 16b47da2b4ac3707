import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';

/** What one client may take. A page of status is some 100 kB, a request far below 1 kB. */
export interface Limits {
  readonly headerBytes: number;
  readonly bodyBytes: number;
  /** At once, on one listener; more are closed at once. */
  readonly connections: number;
  /** Requests that are answered at once, on one listener; more are told to come again. */
  readonly inFlight: number;
  /** From the connection's begin, or the last answer, until all headers are there. */
  readonly headersMs: number;
  /** Until the whole request is there. */
  readonly requestMs: number;
  /** Without a byte in either direction, e.g. while nobody reads the answer. */
  readonly idleMs: number;
  /** A connection that waits for its next request. */
  readonly keepAliveMs: number;
}

export const LIMITS: Limits = {
  headerBytes: 16 * 1024,
  bodyBytes: 16 * 1024,
  connections: 128,
  inFlight: 16,
  headersMs: 10_000,
  requestMs: 20_000,
  idleMs: 60_000,
  keepAliveMs: 20_000,
};

const BUSY = JSON.stringify({ error: 'too many requests at once: ask again in a moment, one after the other', code: 'BUSY' });

/** Answers are built whole, and for some HAProxy is asked: only so many at once, and of one connection one after the other. */
const bounded = (handler: RequestListener, most: number): RequestListener => {
  /** Connection -> its next request, which may be here before its last answer is known to be gone. */
  const busy = new Map<Socket, (() => void) | undefined>();
  return (request, response) => {
    const { socket } = request;
    const answer = (): void => {
      busy.set(socket, undefined);
      response.once('close', () => {
        const next = busy.get(socket);
        busy.delete(socket);
        if (!socket.destroyed) next?.();
      });
      handler(request, response);
    };
    const isFirst = !busy.has(socket);
    if (isFirst ? busy.size >= most : busy.get(socket) !== undefined)
      response.writeHead(503, { 'content-type': 'application/json', connection: 'close' }).end(BUSY);
    else if (isFirst) answer();
    else busy.set(socket, answer);
  };
};

/** A server of Node's with these limits; with `tls` it speaks nothing else. */
export const createListener = (unbounded: RequestListener, limits: Limits, tls: TlsOptions | undefined): Server => {
  const handler = bounded(unbounded, limits.inFlight);
  const options = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    // How often Node looks for connections that are too slow.
    connectionsCheckingInterval: Math.min(limits.headersMs, 5000),
  };
  const server =
    tls === undefined
      ? createServer(options, handler)
      : createTlsServer({ ...options, ...tls, handshakeTimeout: limits.headersMs }, handler);
  server.maxConnections = limits.connections;
  server.setTimeout(limits.idleMs);
  return server;
};
