import { createServer, request, Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Upstream {
  readonly port: number;
  /** Paths of the requests so far. */
  readonly requests: string[];
}

/** An HTTP server that answers with its name, or as told; closed after the test. */
export const upstream = async (
  t: TestContext,
  name: string,
  answer: (incoming: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end(name),
): Promise<Upstream> => {
  const requests: string[] = [];
  const server = createServer((incoming, response) => {
    requests.push(incoming.url ?? '');
    answer(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, requests };
};

export interface Got {
  readonly status: number;
  readonly body: string;
}

/** One GET; with an agent on a kept connection, without on one of its own. */
export const get = async (port: number, path: string, agent?: Agent): Promise<Got> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, agent: agent ?? false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
