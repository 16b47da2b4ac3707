import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../kit/backoff.ts';
import { messageOf } from '../kit/error.ts';
import { ModelKeeper } from '../store/model-keeper.ts';
import type { MasterFinder } from './detect/finder.ts';
import { placeText } from './detect/masters.ts';
import { openFinder } from './detect/open-finder.ts';
import { HostAddresses } from './host-addresses.ts';
import { MesosHttp } from './http/http.ts';
import { StateReader } from './http/read-state.ts';
import { DEFAULT_LIMITS, type MesosLimits, type MesosOptions, type MesosState } from './options.ts';
import type { MesosChange } from './picture/change.ts';
import { MesosPicture, type SavedPicture } from './picture/picture.ts';
import { loadPicture, savePicture } from './saved/picture-file.ts';
import type { SavedMesos } from './saved/picture-text.ts';
import { NotOffered, operatorEvents } from './stream/operator-stream.ts';
import { Standing } from './standing.ts';

interface MesosHandlers {
  /** What is other than before; the first one of a life is other than `whole()` was then. */
  readonly onChange: (change: MesosChange) => void;
  /** Another leader, another way to hear of it, an error that is new or over. */
  readonly onState?: () => void;
}

/** Nobody is in a hurry where no master is known. */
const NO_MASTER_MS = 1000;

/** Asked anew: it changes while something is waited for. */
const hasEnded = (signal: AbortSignal): boolean => signal.aborted;

/** A clock that nobody sets. */
const now = (): number => performance.now();

/** @param place 'host:port', '[v6]:port' */
const hostOf = (place: string): string => place.slice(0, place.lastIndexOf(':')).replace(/^\[|\]$/g, '');

/**
 * What Mesos has, all the time: by the stream of the leading master's events where there is one, else by reading its state again and again. Never ends
 * by itself, and never forgets what it knows because nobody tells it.
 */
export class MesosSource {
  readonly #options: MesosOptions;
  readonly #handlers: MesosHandlers;
  readonly #limits: MesosLimits;
  readonly #http: MesosHttp;
  readonly #reader: StateReader;
  readonly #finder: MasterFinder;
  readonly #hosts: HostAddresses;
  readonly #picture: MesosPicture;
  readonly #keeper: ModelKeeper | undefined;
  readonly #standing = new Standing();
  readonly #closing = new AbortController();
  /** What the present wait or stream ends with: there is another leader. */
  #turn = new AbortController();
  /** Who gives the stream, or was read last; and as whom it knows itself. */
  #place: string | undefined;
  #leaderTold: string | undefined;
  #noStreamUntilMs = -Infinity;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  /** @throws SluiceError SETTINGS: the masters are none */
  constructor(options: MesosOptions, handlers: MesosHandlers, saved?: SavedMesos) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { auth, tls, log, healthAware = true, skipFramework = () => false, lookup, stateTimeoutSeconds = 60 } = options;
    this.#options = options;
    this.#handlers = handlers;
    this.#limits = limits;
    this.#hosts = new HostAddresses({
      log,
      onAddresses: (host) => this.#noteHost(host),
      ttlMs: limits.hostTtlMs,
      ...(lookup === undefined ? {} : { lookup }),
      ...(saved === undefined ? {} : { known: saved.hosts }),
    });
    const picture = {
      awareness: healthAware ? 'by-health' : 'all',
      skipFramework,
      addressesOf: (host: string) => this.#hosts.of(host),
      settling: limits,
      frameworkGraceMs: limits.frameworkGraceMs,
    } as const;
    this.#picture = new MesosPicture(picture, saved);
    this.#finder = openFinder(options.masters, { log, onChange: () => this.#mastersChanged() });
    this.#http = new MesosHttp({ ...(auth && { auth }), ...(tls && { tls }), ...limits });
    this.#reader = new StateReader(this.#http, { totalMs: stateTimeoutSeconds * 1000, stateBytes: limits.stateBytes });
    const { file } = options;
    if (file !== undefined)
      this.#keeper = new ModelKeeper({
        log: log.child({ file }),
        delayMs: limits.saveDelayMs,
        write: async (savedAt) => savePicture(file, { savedAt, hosts: this.#hosts.all(), ...this.#picture.whole() }),
      });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** All that the zone should have, of an earlier life until something newer is known. */
  whole(): SavedPicture {
    return this.#picture.whole();
  }

  /** `skipFramework` may say something else than before. */
  reconsider(): void {
    this.#picture.reconsider();
    this.#flush();
  }

  get state(): MesosState {
    const { tasks, served, frameworks, agents, awaitedAgents, unconfirmed, skipped } = this.#picture.counts;
    const { leader } = this.#picture.whole().cluster;
    const savedAt = this.#keeper?.state.savedAt;
    return {
      ...this.#standing.now,
      masters: this.#finder.now.masters,
      ...(leader === undefined ? {} : { leader }),
      isSettling: this.#picture.isSettling,
      tasks,
      servedTasks: served,
      frameworks,
      agents,
      awaitedAgents,
      unconfirmedTasks: unconfirmed,
      skippedObjects: skipped,
      ...(savedAt === undefined ? {} : { savedAt }),
    };
  }

  /** Ends all that it does; what is known is on disk then. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    this.#finder.close();
    await this.#running;
    await this.#http.close();
    await this.#keeper?.close();
    this.#hosts.close();
  }

  async #run(): Promise<void> {
    this.#noteMasters();
    while (!this.#closing.signal.aborted) {
      this.#turn = new AbortController();
      const signal = AbortSignal.any([this.#closing.signal, this.#turn.signal]);
      try {
        await this.#once(signal);
      } catch (error) {
        if (!signal.aborted) await this.#failed(error, signal);
      }
    }
  }

  async #once(signal: AbortSignal): Promise<void> {
    const places = this.#candidates();
    if (places.length === 0) {
      this.#standing.failed(new Error(this.#finder.error ?? 'no master of Mesos is known'));
      this.#tell();
      return sleep(NO_MASTER_MS, undefined, { signal });
    }
    if (now() >= this.#noStreamUntilMs) return this.#follow(places, signal);
    await this.#read(places, signal);
    this.#standing.source = 'poll';
    this.#tell();
    const { refreshSeconds = 30 } = this.#options;
    // What settles is looked at more often: it ends by what is read.
    const pauseMs = this.#picture.isSettling ? Math.min(refreshSeconds * 1000, this.#limits.quietMs) : refreshSeconds * 1000;
    return sleep(pauseMs, undefined, { signal });
  }

  async #failed(error: unknown, signal: AbortSignal): Promise<void> {
    if (error instanceof NotOffered) {
      this.#noStreamUntilMs = now() + this.#limits.streamRetryMs;
      this.#options.log.info(messageOf(error));
      return;
    }
    const { backoffBaseMs: baseMs, backoffMaxMs: maxMs } = this.#limits;
    this.#failures += 1;
    this.#standing.source = 'none';
    if (this.#standing.failed(error))
      this.#options.log.warn({ err: error }, `Mesos is not heard of, and what is known stays: ${messageOf(error)}`);
    this.#tell();
    // Another leader ends the wait; closing does too.
    await sleep(backoffMs(this.#failures, { baseMs, maxMs }), undefined, { signal }).catch(() => undefined);
  }

  /** The leader first, then whoever answered last, then the others. */
  #candidates(): readonly string[] {
    const { masters, leader } = this.#finder.now;
    const others = masters.length > 0 ? masters : (this.#options.otherwise ?? []);
    return [...new Set([leader, this.#place, ...others])].filter((place) => place !== undefined);
  }

  async #read(places: readonly string[], signal: AbortSignal): Promise<void> {
    this.#picture.beginRead();
    const { facts, place } = await this.#reader.read(places, signal);
    this.#picture.takeWhole(facts, now());
    this.#place = place;
    this.#leaderTold = facts.leader;
    this.#standing.reads += 1;
    this.#confirmed();
    this.#noteMasters();
    this.#hosts.retain(new Set([...this.#picture.hosts(), ...this.#finder.now.masters.map(hostOf)]));
    this.#flush();
  }

  /** By the first that gives a stream. @throws SluiceError: none does, or it has ended */
  async #follow(places: readonly string[], signal: AbortSignal): Promise<void> {
    const [first, ...others] = places;
    if (first === undefined) return;
    const ended = new AbortController();
    const both = AbortSignal.any([signal, ended.signal]);
    let audits: Promise<void> | undefined;
    try {
      for await (const { place, events } of operatorEvents(this.#http, first, { ...this.#limits, firstMs: this.#limits.headersMs }, both)) {
        for (const event of events) {
          if (event.kind === 'bad' && this.#standing.broken() === 1) this.#options.log.warn(`an event of Mesos: ${event.because}`);
          this.#picture.takeEvent(event, now());
          if (event.kind !== 'subscribed') continue;
          this.#standing.streams += 1;
          this.#standing.source = 'stream';
          if (place !== this.#place) this.#leaderTold = undefined;
          this.#place = place;
          this.#noteMasters();
          this.#tell();
          audits ??= this.#audit(place, both);
        }
        this.#confirmed();
        this.#flush();
      }
    } catch (error) {
      // Where it was a stream, the next one may be of the same master.
      if (audits !== undefined || others.length === 0 || signal.aborted || error instanceof NotOffered) throw error;
      await this.#follow(others, signal);
    } finally {
      ended.abort();
      await audits;
    }
  }

  /** Reads the state beside a stream: it has what no event tells, and finds what was missed. */
  async #audit(place: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let pauseMs = this.#limits.auditMs;
      try {
        await this.#read([place], signal);
      } catch (error) {
        if (hasEnded(signal)) return;
        if (this.#standing.failed(error))
          this.#options.log.warn({ err: error }, `the state of Mesos cannot be read beside its events: ${messageOf(error)}`);
        pauseMs = this.#limits.auditRetryMs;
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #confirmed(): void {
    this.#failures = 0;
    this.#standing.confirmed();
  }

  #mastersChanged(): void {
    const { masters, leader } = this.#finder.now;
    this.#noteMasters();
    this.#flush();
    const isSame = leader === undefined ? masters.includes(this.#place ?? '') : leader === this.#place;
    if (isSame) return;
    // The one that was followed leads no more, or nobody was found before.
    this.#noStreamUntilMs = -Infinity;
    this.#turn.abort();
  }

  /** Names are resolved for the zone: it has addresses alone. */
  #noteMasters(): void {
    const { masters, leader } = this.#finder.now;
    const addressed = (place: string): readonly string[] => {
      const port = Number(place.slice(place.lastIndexOf(':') + 1));
      return this.#hosts.of(hostOf(place)).map((host) => placeText({ host, port }));
    };
    const leads = leader ?? this.#leaderTold ?? this.#place;
    this.#picture.noteMasters(masters.flatMap(addressed), leads === undefined ? undefined : addressed(leads)[0]);
  }

  #noteHost(host: string): void {
    this.#picture.noteHost(host);
    this.#noteMasters();
    this.#flush();
  }

  #flush(): void {
    const change = this.#picture.changes(now());
    if (change !== undefined) this.#handlers.onChange(change);
    if (change !== undefined) this.#keeper?.request();
    clearTimeout(this.#timer);
    const nextMs = this.#picture.nextAtMs(now());
    // Timers end a moment early now and then.
    if (nextMs !== Infinity && !this.#closing.signal.aborted)
      this.#timer = setTimeout(() => this.#flush(), Math.max(1, nextMs - now() + 1));
  }

  #tell(): void {
    this.#handlers.onState?.();
  }
}

/** With what an earlier life has left on disk. @throws SluiceError SETTINGS */
export const openMesos = async (options: MesosOptions, handlers: MesosHandlers): Promise<MesosSource> => {
  const { file, log } = options;
  const loaded = file === undefined ? ({ kind: 'none' } as const) : await loadPicture(file);
  if (loaded.kind === 'set-aside') log.warn(`what was known of Mesos is not used: ${loaded.because}; it is in ${loaded.path}`);
  return new MesosSource(options, handlers, loaded.kind === 'saved' ? loaded.saved : undefined);
};
