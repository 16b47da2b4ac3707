import { messageOf, SluiceError } from '../kit/error.ts';
import type { ModelEvent } from '../model/event.ts';
import { AppReads } from './app-reads.ts';
import { Client, type MarathonInfo } from './client.ts';
import { ConnectionStatus } from './connection-status.ts';
import type { EventMeaning } from './event.ts';
import { Following } from './following.ts';
import { FullReads } from './full-reads.ts';
import { Hearing } from './hearing.ts';
import { Hosts, systemLookup, type Lookup } from './hosts.ts';
import { Http } from './http.ts';
import { DEFAULT_LIMITS, type MarathonHandlers, type MarathonLimits, type MarathonOptions, type MarathonState } from './options.ts';
import { Origins, type Origin } from './origins.ts';
import { PodReads } from './pod-reads.ts';
import { Problems } from './problems.ts';
import { Reading } from './reading.ts';
import { Sequencer } from './sequencer.ts';
import { StallWatch } from './stall-watch.ts';

/** Marathon as a source of ModelEvents. A Marathon that fails yields none, and never an empty picture. */
export interface MarathonSource {
  state(): MarathonState;
  /** Asks for a full read, soon. */
  refresh(): void;
  /** What Marathon says of itself. @throws SluiceError when none of the Marathons gave an answer */
  readInfo(): Promise<MarathonInfo>;
  /** Ends everything; no handler is called afterwards. */
  close(): Promise<void>;
}

/** Missed heartbeats after which a stream is dead. */
const HEARTBEATS = 3;

class Source implements MarathonSource {
  readonly #options: MarathonOptions;
  readonly #handlers: MarathonHandlers;
  readonly #limits: MarathonLimits;
  readonly #origins: Origins;
  readonly #status: ConnectionStatus;
  readonly #sequencer: Sequencer;
  readonly #http: Http;
  readonly #client: Client;
  readonly #hosts: Hosts;
  readonly #reading: Reading;
  readonly #appReads: AppReads;
  readonly #fullReads: FullReads;
  readonly #following: Following | undefined;
  readonly #hearing: Hearing;
  readonly #stallWatch: StallWatch;
  readonly #closing = new AbortController();
  #streams = 0;
  /** The stream that was open when the newest full read began. */
  #wholeSinceStream = 0;
  #isAttached = false;
  #attachTimer: NodeJS.Timeout | undefined;

  constructor(options: MarathonOptions, handlers: MarathonHandlers, lookup: Lookup) {
    this.#options = options;
    this.#handlers = handlers;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#limits = limits;
    const origins = new Origins(options.urls, options.credentials);
    this.#origins = origins;
    this.#status = new ConnectionStatus(origins.current.base, (state) => this.#tell(() => handlers.onState?.(state)));
    const admits = (event: ModelEvent): boolean => handlers.admits?.(event) ?? true;
    this.#sequencer = new Sequencer({ emit: (event) => this.#emit(event), admits, maxKept: limits.appsWaiting });
    this.#http = new Http(origins, { caPem: options.caPem, verifyTls: options.verifyTls ?? true }, limits);
    this.#hosts = this.#makeHosts(lookup);
    const client = new Client(this.#http, origins, limits);
    this.#client = client;
    this.#reading = new Reading({
      client,
      pods: new PodReads({ client, log: options.log, patienceMs: limits.podsPatienceMs }),
      origins,
      sequencer: this.#sequencer,
      problems: new Problems((problem) => this.#tell(() => handlers.onProblem?.(problem))),
      hosts: this.#hosts,
      status: this.#status,
      log: options.log,
    });
    this.#hearing = new Hearing(limits.behindMs);
    this.#stallWatch = new StallWatch(limits.stallMs, (stalledMs) => this.#stalled(stalledMs));
    this.#appReads = this.#makeAppReads();
    this.#fullReads = this.#makeFullReads();
    this.#following = options.mode === 'sse' ? this.#follow() : undefined;
  }

  state(): MarathonState {
    return this.#status.current;
  }

  refresh(): void {
    this.#fullReads.request();
  }

  async readInfo(): Promise<MarathonInfo> {
    return this.#client.readInfo(this.#closing.signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#following?.close();
    this.#appReads.close();
    this.#fullReads.close();
    this.#hosts.close();
    this.#stallWatch.close();
    clearTimeout(this.#attachTimer);
    await this.#http.close();
  }

  #makeHosts(lookup: Lookup): Hosts {
    const { hostTtlMs: ttlMs, backoffBaseMs } = this.#limits;
    const onAddress = (host: string, address: string): void => this.#emit({ kind: 'host-address', host, address });
    return new Hosts({ lookup, ttlMs, backoffBaseMs, log: this.#options.log, onAddress });
  }

  #makeAppReads(): AppReads {
    const { appReads: maxUnderWay, appsWaiting: maxWaiting, spacingMs } = this.#limits;
    const read = async (appId: string): Promise<void> => this.#readApp(appId);
    return new AppReads({ read, onTooMany: () => this.#fullReads.request(), maxUnderWay, maxWaiting, spacingMs });
  }

  #makeFullReads(): FullReads {
    const { pollIntervalMs = 10_000, auditIntervalMs = 300_000, maxBackoffMs = 60_000, mode } = this.#options;
    const { spacingMs, backoffBaseMs: baseMs, attachMs, urgentMs } = this.#limits;
    const unstreamedMs = mode === 'sse' ? Math.min(pollIntervalMs, urgentMs) : pollIntervalMs;
    const options = {
      read: async (signal: AbortSignal, why: 'asked' | 'unasked') => this.#readAll(signal, why),
      onFailure: (error: unknown) => this.#failed(error, 'full read failed'),
      onRecovery: () => this.#following?.hasten(),
      intervalMs: () => (this.#status.current.streaming ? auditIntervalMs : unstreamedMs),
      spacingMs,
      backoff: { baseMs, maxMs: Math.min(maxBackoffMs, urgentMs) },
    };
    // A stream asks for the first read as soon as it is attached: without one by then, the picture must not wait for it.
    return new FullReads(options, mode === 'sse' ? attachMs : 0);
  }

  async #readAll(signal: AbortSignal, why: 'asked' | 'unasked'): Promise<void> {
    const stream = this.#streams;
    const isFollowed = this.#status.current.streaming && this.#wholeSinceStream === stream;
    await this.#reading.readAll(signal, why === 'unasked' && isFollowed);
    this.#wholeSinceStream = stream;
  }

  #follow(): Following {
    const { heartbeatMs = 10_000, maxBackoffMs = 60_000 } = this.#options;
    return new Following(
      this.#http,
      this.#origins,
      { ...this.#limits, silenceMs: HEARTBEATS * heartbeatMs, maxBackoffMs },
      {
        onOpen: (origin, leader) => this.#opened(origin, leader),
        onEvent: (type, data) => this.#heard(type, data),
        onDown: (error) => this.#down(error),
      },
    );
  }

  #opened({ base: url }: Origin, leader: string): void {
    this.#streams += 1;
    this.#isAttached = false;
    this.#hearing.beginStream();
    this.#status.tell({ connected: true, streaming: true, url, reconnects: this.#streams - 1, ...(leader === '' ? {} : { leader }) });
    this.#options.log.info({ url, leader }, 'event stream open');
    // Marathon sends the head before it attaches the stream, and nothing after it if it is too old to tell.
    this.#attachTimer = setTimeout(() => this.#fullReads.requestNow(), this.#limits.attachMs);
  }

  #down(error: unknown): void {
    clearTimeout(this.#attachTimer);
    this.#failed(error, 'event stream down', { streaming: false });
    this.#fullReads.hasten();
  }

  #heard(type: string, data: string): void {
    if (this.#closing.signal.aborted) return;
    this.#status.heard({ lastEventAtMs: Date.now() }, performance.now());
    // Any event proves that the stream is attached: what a full read begun now does not see will come as an event.
    if (!this.#isAttached) {
      this.#isAttached = true;
      clearTimeout(this.#attachTimer);
      this.#fullReads.requestNow();
    }
    const heard = this.#understand(type, data);
    if (heard === undefined) this.#fullReads.request();
    else this.#understood(heard.meaning);
    if (heard?.isBehind === true) this.#fallenBehind();
  }

  /** What waits to be read never ends: what Marathon has kept for us is thrown away with the stream, and a full read takes its place. */
  #fallenBehind(): void {
    const { base } = this.#origins.current;
    this.#following?.giveUp(new SluiceError('MARATHON_UNREACHABLE', `Marathon at ${base} sends events faster than they can be read.`));
  }

  #stalled(stalledMs: number): void {
    this.#options.log.warn({ stalledMs: Math.round(stalledMs) }, 'this process stood still: Marathon is read in full');
    this.#fullReads.request();
  }

  #understand(type: string, data: string): ReturnType<Hearing['understand']> | undefined {
    try {
      return this.#hearing.understand(type, data);
    } catch (error) {
      this.#status.note({ brokenEvents: this.#status.current.brokenEvents + 1 });
      this.#options.log.warn({ type, error: messageOf(error), data: data.slice(0, 200) }, 'event not understood');
      return undefined;
    }
  }

  #understood(meaning: EventMeaning): void {
    const appIds = this.#sequencer.hear(meaning);
    for (const event of meaning.events) if (event.kind === 'task') this.#hosts.see(event.task.host);
    if (appIds.length > this.#limits.appsWaiting) this.#fullReads.request();
    else for (const appId of appIds) this.#appReads.request(appId);
  }

  async #readApp(appId: string): Promise<void> {
    try {
      await this.#reading.readApp(appId, this.#closing.signal);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#failed(error, 'read of an app failed');
      this.#fullReads.request();
    }
  }

  #failed(error: unknown, what: string, change: Partial<MarathonState> = {}): void {
    this.#options.log.warn({ error: messageOf(error) }, what);
    this.#status.fail(error, { ...change, connected: false });
  }

  /** Nothing is told after close. */
  #tell(say: () => void): void {
    if (!this.#closing.signal.aborted) say();
  }

  #emit(event: ModelEvent): void {
    this.#tell(() => this.#handlers.onEvent(event));
  }
}

/**
 * Opens the connection to Marathon and keeps it, until closed.
 * @param lookup how agents' names become addresses
 * @throws SluiceError SETTINGS when the URLs cannot be used; whatever fails later is in the state and never thrown
 */
export const openMarathon = (options: MarathonOptions, handlers: MarathonHandlers, lookup: Lookup = systemLookup): MarathonSource =>
  new Source(options, handlers, lookup);
