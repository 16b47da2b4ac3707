import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A Marathon whose every answer a test writes itself, faults included. */
export interface FakeMarathon {
  readonly url: string;
  /** `path?query` of every request but those for pods, in order. */
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** What /v2/apps answers from now on. */
  apps: unknown[];
  /** What /v2/pods/::status answers from now on. */
  pods: unknown[];
  /** Requests for pods. */
  readonly podRequests: string[];
  /** In place of the list of pods or of one pod, when set. */
  onPods: ((path: string, response: ServerResponse) => void) | undefined;
  /** In place of the list or one app, when set. */
  onApps: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  onApp: ((appId: string, request: IncomingMessage, response: ServerResponse) => void) | undefined;
  onEvents: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Streams that are open. */
  readonly streams: Set<ServerResponse>;
  /** One event to all streams, framed as Marathon does. */
  send(event: Readonly<Record<string, unknown>>): void;
  write(bytes: string | Uint8Array): void;
  close(): Promise<void>;
}

export const frame = (event: Readonly<Record<string, unknown>>): string =>
  `event: ${String(event['eventType'])}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`;

export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
};

const ATTACHED = { remoteAddress: '127.0.0.1', eventType: 'event_stream_attached', timestamp: '2021-07-27T14:40:00.000Z' };

const openStream = (fake: FakeMarathon, response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream;charset=utf-8', connection: 'close', 'x-marathon-leader': fake.url });
  response.flushHeaders();
  fake.streams.add(response);
  response.on('close', () => fake.streams.delete(response));
  response.write(frame(ATTACHED));
};

const sendApp = (fake: FakeMarathon, appId: string, response: ServerResponse): void => {
  const app = fake.apps.find((one) => (one as { id: string }).id === appId);
  if (app === undefined) sendJson(response, 404, { message: `App '${appId}' does not exist` });
  else sendJson(response, 200, { app });
};

const sendPods = (fake: FakeMarathon, path: string, response: ServerResponse): void => {
  const podId = path.slice('/v2/pods'.length, -'::status'.length);
  if (podId === '/') {
    sendJson(response, 200, fake.pods);
    return;
  }
  const pod = fake.pods.find((one) => (one as { spec: { id: string } }).spec.id === podId);
  if (pod === undefined) sendJson(response, 404, { message: `{"message": "pod with ${podId} does not exist"}` });
  else sendJson(response, 200, pod);
};

const routePods = (fake: FakeMarathon, path: string, response: ServerResponse): void => {
  fake.podRequests.push(path);
  if (fake.onPods === undefined) sendPods(fake, path, response);
  else fake.onPods(path, response);
};

const route = (fake: FakeMarathon): RequestListener => {
  return (request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/v2/pods/')) {
      routePods(fake, path, response);
      return;
    }
    fake.requests.push({ path, headers: request.headers });
    if (path.startsWith('/v2/events')) {
      if (fake.onEvents === undefined) openStream(fake, response);
      else fake.onEvents(request, response);
    } else if (path.startsWith('/v2/apps/')) {
      const appId = path.slice('/v2/apps'.length);
      if (fake.onApp === undefined) sendApp(fake, appId, response);
      else fake.onApp(appId, request, response);
    } else if (fake.onApps === undefined) sendJson(response, 200, { apps: fake.apps });
    else fake.onApps(request, response);
  };
};

export const startFake = async (apps: unknown[] = [], tls?: ServerOptions, port = 0): Promise<FakeMarathon> => {
  const streams = new Set<ServerResponse>();
  const listener: RequestListener = (request, response) => route(fake)(request, response);
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const fake: FakeMarathon = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    apps,
    pods: [],
    podRequests: [],
    onPods: undefined,
    onApps: undefined,
    onApp: undefined,
    onEvents: undefined,
    streams,
    send: (event) => fake.write(frame(event)),
    write: (bytes) => {
      for (const stream of streams) stream.write(bytes);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
};
