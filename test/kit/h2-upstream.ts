import { once } from 'node:events';
import { createServer as createHttp1Server } from 'node:http';
import { createServer, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { atEnd } from './at-end.ts';

export interface H2Upstream {
  readonly port: number;
  /** Where it answers health checks, by HTTP/1. */
  readonly healthPort: number;
  /** Streams of `/ticks` that are open, in the order in which they came. */
  readonly ticking: ServerHttp2Stream[];
}

/**
 * A server that speaks HTTP/2 without TLS, as gRPC does, and nothing else. It answers with its name, echoes what comes, and sends `grpc-status` behind all;
 * `/ticks` goes on until the test ends it.
 */
export const h2Upstream = async (t: TestContext, name: string): Promise<H2Upstream> => {
  const ticking: ServerHttp2Stream[] = [];
  const sessions = new Set<Http2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'x-app': name }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    if (headers[':path'] === '/ticks') {
      ticking.push(stream);
      stream.write('first');
    } else stream.pipe(stream);
  });
  const health = createHttp1Server((_, response) => response.end());
  for (const listener of [server, health]) {
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
  }
  atEnd(t, () => {
    server.close();
    for (const session of sessions) session.destroy();
    health.close();
    health.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, healthPort: (health.address() as AddressInfo).port, ticking };
};
