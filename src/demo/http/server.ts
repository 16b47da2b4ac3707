import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, message } from '../answer.ts';
import type { EventStreams } from '../events/streams.ts';
import type { Faults } from '../faults.ts';
import type { StandInOptions } from '../options.ts';
import type { FaultVerbs } from '../verbs/fault-verbs.ts';
import type { World } from '../world.ts';
import { abdicate } from './abdication.ts';
import { toCall, urlOf } from './call.ts';
import { acceptsEvents, notAnEventStream, openStream } from './event-endpoint.ts';
import { faultAnswer, unauthorized } from './gate.ts';
import type { Leadership } from './leadership.ts';
import type { RequestLog } from './request-log.ts';
import { answerCall } from './router.ts';
import { commonHeaders, send } from './send.ts';
import { isLoop, proxyToLeader } from './standby.ts';

/** What all instances of one stand-in share. */
export interface Shared {
  readonly world: World;
  readonly options: StandInOptions;
  readonly faults: Faults;
  readonly streams: EventStreams;
  readonly leadership: Leadership;
  readonly log: RequestLog;
  readonly verbs: FaultVerbs;
  /** Answers `/stand-in/...`. */
  readonly control: (request: IncomingMessage) => Promise<Answer>;
}

/** Jetty's connector closes what is idle for so long. */
const timeouts = { keepAliveTimeout: 30_000 };
const LISTEN_TRIES = 50;
const LISTEN_WAIT_MS = 100;
const ELECTION_TRIES = 10;
const ELECTION_WAIT_MS = 250;

/** One Marathon instance: its port, and what it does with a request as leader or standby. */
export class MarathonServer {
  readonly #shared: Shared;
  readonly #host: string;
  #port: number;
  #server: Server | undefined;
  #hasListened = false;

  constructor(shared: Shared, port: number) {
    this.#shared = shared;
    this.#host = shared.options.host ?? '127.0.0.1';
    this.#port = port;
  }

  get hostAndPort(): string {
    return `${this.#host}:${this.#port}`;
  }

  get url(): string {
    return `${this.#shared.options.tls === undefined ? 'http' : 'https'}://${this.hostAndPort}`;
  }

  get isUp(): boolean {
    return this.#server !== undefined;
  }

  /** Listens; after the first time always on the same port. */
  async open(): Promise<void> {
    const { tls } = this.#shared.options;
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      this.#shared.world.background.run(
        this.#answer(request, response).catch(async (error: unknown) => this.#fail(request, response, error)),
      );
    };
    const server = tls === undefined ? createServer(timeouts, listener) : createTlsServer({ ...timeouts, ...tls }, listener);
    await this.#listen(server);
    this.#port = (server.address() as AddressInfo).port;
    this.#hasListened = true;
    this.#server = server;
  }

  /** While it was down somebody's outgoing connection may have been given its port: then it is free again soon. */
  async #listen(server: Server): Promise<void> {
    for (let triesLeft = this.#hasListened ? LISTEN_TRIES : 0; ; triesLeft--) {
      try {
        server.listen(this.#port, this.#host);
        await once(server, 'listening');
        return;
      } catch (error) {
        if (triesLeft <= 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
        await this.#pause(LISTEN_WAIT_MS);
      }
    }
  }

  /** Ends every connection and refuses new ones. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client may go away at any moment; 'close' follows and nothing is owed to it any more.
    response.on('error', () => response.destroy());
    const { pathname } = urlOf(request);
    if (/^\/stand-in(\/|$)/.test(pathname)) {
      await this.#send(request, response, await this.#shared.control(request), 'unspoilt');
      return;
    }
    this.#logRequest(request, response);
    const answer = await this.#decide(request, response, pathname);
    if (answer !== 'taken' && !response.destroyed) await this.#send(request, response, answer, 'spoilt');
  }

  /** A client that went away is nobody's failure; anything else is ours: the client is told, and so is who closes the stand-in. */
  async #fail(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
    if (request.destroyed || response.destroyed || this.#shared.world.background.signal.aborted) return;
    if (!response.headersSent) await this.#send(request, response, message(500, String(error)), 'unspoilt');
    throw error;
  }

  #logRequest(request: IncomingMessage, response: ServerResponse): void {
    const { log, world } = this.#shared;
    const { method = '', url = '', headers } = request;
    const entry = { at: world.clock.timestamp(), instance: this.url, method, url, headers };
    log.add(entry);
    response.once('finish', () => Object.assign(entry, { status: response.statusCode }));
  }

  /** Faults come first, then the door, then Marathon. `taken`: nothing is left to be answered. */
  async #decide(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<Answer | 'taken'> {
    const { faults, options } = this.#shared;
    if (faults.hanging) return 'taken';
    if (faults.delayMs !== undefined) await this.#pause(faults.delayMs);
    return (
      faultAnswer(faults, request.method ?? '', pathname) ?? unauthorized(options, request) ?? this.#byRole(request, response, pathname)
    );
  }

  async #byRole(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<Answer | 'taken'> {
    const leader = await this.#leader();
    if (leader === undefined) return message(502, 'Could not determine the current leader');
    if (leader === this) return this.#lead(request, response, pathname);
    const { personality } = this.#shared.world;
    if (pathname.startsWith('/v2/events') && personality.standbyEvents === 'redirect') {
      return { status: 302, headers: { Location: `${leader.url}/v2/events${urlOf(request).search}` } };
    }
    if (isLoop(request, this.hostAndPort)) return message(502, 'Detected proxying loop.');
    return (await proxyToLeader(request, response, leader.url, this.hostAndPort)) ?? 'taken';
  }

  /** @throws when the stand-in is closed meanwhile */
  async #pause(delayMs: number): Promise<void> {
    await sleep(delayMs, undefined, { signal: this.#shared.world.background.signal });
  }

  /** While nobody leads Marathon holds a request for a while. */
  async #leader(): Promise<MarathonServer | undefined> {
    const { leadership } = this.#shared;
    for (let tries = 0; leadership.leader === undefined && tries < ELECTION_TRIES; tries++) {
      await this.#pause(ELECTION_WAIT_MS);
    }
    return leadership.leader;
  }

  async #lead(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<Answer | 'taken'> {
    const { world, streams, leadership } = this.#shared;
    if (pathname !== '/v2/events') {
      const leader = { hostAndPort: this.hostAndPort, abdicate: () => abdicate(this.#shared, {}) };
      return answerCall(world, await toCall(request, leader));
    }
    if (request.method === 'OPTIONS') return { status: 200, headers: { Allow: 'GET, HEAD, OPTIONS' } };
    if (request.method !== 'GET' || !acceptsEvents(request)) return notAnEventStream(request.method ?? 'GET');
    openStream(request, response, { streams, common: this.#common(), personality: world.personality, isReady: leadership.isReady });
    return 'taken';
  }

  #common(): readonly (readonly [string, string])[] {
    return commonHeaders(this.#shared.leadership.leader?.url ?? this.url, this.#shared.world.personality);
  }

  async #send(request: IncomingMessage, response: ServerResponse, answer: Answer, care: 'spoilt' | 'unspoilt'): Promise<void> {
    const { faults, options } = this.#shared;
    await send(request, response, answer, {
      common: this.#common(),
      compression: options.compression ?? true,
      ...(care === 'spoilt' ? { faults } : {}),
    });
  }
}
