import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ZddApp } from '../../src/zdd/app.ts';
import { type Ending, lastly } from '../kit/lastly.ts';
import { World } from './world.ts';

/** A request that changed something, or tried to: 'PUT /v2/apps/nginx-green' and what it said. */
export interface Asked {
  readonly what: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

/** Marathon and a balancer over http, behind which a world is. */
export interface Cluster {
  readonly world: World;
  readonly marathon: string;
  readonly balancer: string;
  readonly changes: Asked[];
  /** Answers in place of the world's, oldest first, to requests whose 'METHOD PATH' begins so. */
  readonly instead: { readonly to: string; readonly status: number; readonly body?: string; times: number }[];
  /** Authorization of the requests to the balancer. */
  readonly shown: Set<string | undefined>;
  /** Called after each request. */
  onAsked: ((what: string) => void) | undefined;
}

const listen = async (t: Ending, server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  lastly(t, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const change = (world: World, method: string, path: string, body: unknown, response: ServerResponse): void => {
  const id = path.slice('/v2/apps'.length).replace(/\?.*/, '');
  if (path.startsWith('/v2/tasks/delete')) world.kill((body as { readonly ids: readonly string[] }).ids);
  else if (method === 'POST') {
    const app = body as ZddApp;
    if (world.apps.has(app.id)) {
      send(response, 409, { message: `An app with id [${app.id}] already exists.` });
      return;
    }
    world.create(app);
  } else if (method === 'PUT') world.scale(id, (body as ZddApp).instances);
  else world.apps.delete(id);
  send(response, 200, { version: '2026-11-22T00:00:00.000Z', deploymentId: 'd' });
};

const read = (world: World, path: string, response: ServerResponse): void => {
  const id = path.slice('/v2/apps'.length);
  if (id === '' || id.startsWith('?')) {
    send(response, 200, { apps: [...world.apps.values()] });
    return;
  }
  const app = world.apps.get(id);
  if (app === undefined) send(response, 404, { message: `App '${id}' does not exist` });
  else send(response, 200, { app: { ...app, tasks: [...app.tasks, ...(world.ending.get(id) ?? [])] } });
};

/** Both end after the test. */
export const openCluster = async (t: Ending): Promise<Cluster> => {
  const world = new World();
  const instead: Cluster['instead'] = [];
  const changes: Asked[] = [];
  const shown = new Set<string | undefined>();
  const serve = (answer: (method: string, path: string, body: unknown, response: ServerResponse) => void): Server =>
    createServer((request, response) => {
      void text(request).then((body) => {
        const [method = '', path = ''] = [request.method, request.url];
        const what = `${method} ${path}`;
        const said: unknown = body === '' ? undefined : JSON.parse(body);
        if (method !== 'GET') changes.push({ what, body: said, headers: request.headers });
        const other = instead.find(({ to, times }) => what.startsWith(to) && times > 0);
        if (other === undefined) answer(method, path, said, response);
        else {
          other.times -= 1;
          response.writeHead(other.status, { 'content-type': 'application/json' }).end(other.body ?? '{"message":"not now"}');
        }
        if (!path.startsWith('/v2/')) shown.add(request.headers.authorization);
        cluster.onAsked?.(what);
      });
    });
  const marathon = serve((method, path, body, response) =>
    method === 'GET' ? read(world, path, response) : change(world, method, path, body, response),
  );
  const balancer = serve((_method, path, _body, response) => {
    response.end(path === '/_haproxy_getpids' ? '11 12\n' : world.csv());
  });
  const cluster: Cluster = {
    world,
    marathon: await listen(t, marathon),
    balancer: await listen(t, balancer),
    changes,
    instead,
    shown,
    onAsked: undefined,
  };
  return cluster;
};
