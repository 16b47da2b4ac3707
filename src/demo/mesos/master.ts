import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { readText, urlOf } from '../http/call.ts';
import type { MesosCluster } from './cluster.ts';
import type { MesosFaults } from './faults.ts';
import type { Json } from './task.ts';
import { slavesJson, stateJson, subscribedJson, tasksJson } from './views.ts';

export interface MasterOptions {
  readonly heartbeatMs: number;
  /** What the Authorization header must be; absent: whatever. */
  readonly authorization?: () => string;
  /** PEM; makes every master speak https. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientCa?: string };
  readonly port?: number;
}

interface Shared {
  readonly cluster: MesosCluster;
  readonly faults: MesosFaults;
  readonly options: MasterOptions;
  /** 'ip:port'; undefined: nobody leads. */
  readonly leader: () => string | undefined;
}

/** An agent, a framework and a task that make no sense, among those that do. */
const spoilt = (state: Json): Json => {
  const [frameworks, slaves] = [state['frameworks'] as readonly Json[], state['slaves'] as readonly Json[]];
  const worse = frameworks.map((it, index) =>
    index === 0 ? { ...it, tasks: [...(it['tasks'] as readonly Json[]), { id: 7 }, null] } : it,
  );
  return { ...state, slaves: [{ id: 'S-bad', pid: 'no-pid-at-all' }, ...slaves], frameworks: [{ name: 5 }, ...worse] };
};

/** One master: its port, and what it answers as the one that leads or another. */
export class MesosMaster {
  readonly #shared: Shared;
  readonly #streams = new Set<ServerResponse>();
  #port: number;
  #server: Server | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(shared: Shared, port: number) {
    this.#shared = shared;
    this.#port = port;
  }

  /** 'ip:port'. */
  get place(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  /** Listens; after the first time always on the same port. */
  async open(): Promise<void> {
    const { tls } = this.#shared.options;
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#answer(request, response);
    const mutual = tls?.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true };
    const server = tls === undefined ? createServer(listener) : createTlsServer({ key: tls.key, cert: tls.cert, ...mutual }, listener);
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  cutStreams(): void {
    for (const response of this.#streams) response.destroy();
  }

  heartbeat(): void {
    this.#stream({ type: 'HEARTBEAT' });
  }

  /** Without streams nobody looks for what is new. */
  #closed(response: ServerResponse): void {
    this.#streams.delete(response);
    if (this.#streams.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** To all streams of this one, framed as RecordIO. */
  #stream(event: Json): void {
    if (this.#shared.faults.silent || this.#streams.size === 0) return;
    const record = JSON.stringify(event);
    for (const response of this.#streams) response.write(`${Buffer.byteLength(record)}\n${record}`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => response.destroy());
    request.on('error', () => response.destroy());
    const { faults, options } = this.#shared;
    if (faults.hanging) return;
    if (faults.refusing !== undefined) response.writeHead(faults.refusing).end();
    else if (options.authorization !== undefined && request.headers.authorization !== options.authorization())
      response.writeHead(401).end();
    else await this.#byRole(request, response);
  }

  async #byRole(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = urlOf(request);
    const path = pathname.replace(/^\/master(?=\/)/, '');
    const leader = this.#shared.leader();
    const answersItself = leader === this.place || (this.#shared.faults.oldStandbys && path === '/state');
    if (leader === undefined) response.writeHead(503).end('No leader elected');
    else if (path === '/redirect') response.writeHead(307, { Location: `//${leader}` }).end();
    else if (!answersItself) response.writeHead(307, { Location: `//${leader}${pathname}${search}` }).end();
    else await this.#lead(request, response, leader);
  }

  async #lead(request: IncomingMessage, response: ServerResponse, leader: string): Promise<void> {
    const { cluster, faults } = this.#shared;
    const { pathname, searchParams } = urlOf(request);
    const path = pathname.replace(/^\/master(?=\/)/, '');
    if (path === '/state' && !(faults.oldPath && pathname !== path)) this.#sendState(request, response, leader);
    else if (path === '/slaves') this.#send(request, response, slavesJson(cluster));
    else if (path === '/tasks') this.#send(request, response, tasksJson(cluster, searchParams));
    else if (path === '/api/v1' && !faults.noStream) await this.#subscribe(request, response);
    else response.writeHead(404).end();
  }

  #sendState(request: IncomingMessage, response: ServerResponse, leader: string): void {
    const { cluster, faults } = this.#shared;
    // One that does not lead knows of nothing.
    const state = stateJson(cluster, this.place, leader);
    const own = leader === this.place ? state : { ...state, slaves: [], frameworks: [] };
    this.#send(request, response, faults.badObjects ? spoilt(own) : own);
  }

  #send(request: IncomingMessage, response: ServerResponse, json: Json): void {
    const { faults } = this.#shared;
    const plain = Buffer.from(JSON.stringify(json));
    const zips = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    const body = zips ? gzipSync(plain, { level: 1 }) : plain;
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      ...(zips ? { 'Content-Encoding': 'gzip' } : {}),
    });
    if (faults.truncateNext <= 0) {
      response.end(body);
      return;
    }
    faults.truncateNext -= 1;
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  }

  async #subscribe(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { cluster, options } = this.#shared;
    const text = await readText(request);
    if (request.method !== 'POST' || !/"type"\s*:\s*"SUBSCRIBE"/.test(text)) {
      response.writeHead(400).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.on('close', () => this.#closed(response));
    cluster.look();
    cluster.noteTold();
    const record = JSON.stringify(subscribedJson(cluster, options.heartbeatMs / 1000));
    response.write(`${Buffer.byteLength(record)}\n${record}`);
    this.#streams.add(response);
    this.#unsubscribe ??= cluster.subscribe((event) => this.#stream(event));
  }
}
