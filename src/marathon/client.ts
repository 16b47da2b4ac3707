import { z } from 'zod';
import { messageOf, SluiceError } from '../kit/error.ts';
import { inPath } from './app-path.ts';
import { readJson } from './body.ts';
import { asFailure, nonsense, statusError, TimedOut } from './failures.ts';
import { firstOf, type Attempt } from './first-of.ts';
import { header, type Answer, type Http } from './http.ts';
import type { MarathonLimits } from './options.ts';
import type { Origin, Origins } from './origins.ts';
import { elementsOf } from './payload/elements.ts';
import { toEntry, type ReadApp } from './payload/entry.ts';
import { toEntries, toPodEntries } from './payload/list.ts';
import { toPodEntry } from './payload/pod-entry.ts';

/** What a read of one app or pod came to. `hidden`: this user may not see it, so it is in no list either. */
export type AppAnswer = { readonly kind: 'app'; readonly read: ReadApp } | { readonly kind: 'gone' } | { readonly kind: 'hidden' };

/** What GET /v2/pods/::status came to. `none`: this Marathon knows of no pods, or this user may not see them. */
export type PodsAnswer = { readonly kind: 'pods'; readonly read: readonly ReadApp[] } | { readonly kind: 'none'; readonly because: string };

/** GET /v2/info. `name`: the framework's, in Mesos. */
export interface MarathonInfo {
  readonly name?: string | undefined;
}

const singleSchema = z.object({ app: z.looseObject({}) });
const infoSchema = z.object({
  name: z
    .string()
    .nullish()
    .transform((name) => name ?? undefined),
});
const missingSchema = z.object({ message: z.string() });

const HEADERS = { accept: 'application/json', 'accept-encoding': 'gzip' };

/** Marathon answers 404 to a path that it does not have, later versions 500 with these words. */
const NO_SUCH_PATH = /^URI not found/;

const NO_PODS: PodsAnswer = { kind: 'none', because: 'this Marathon knows of none' };

/** Reads what an answer says; the signal ends it. */
type Read<T> = (answer: Answer, signal: AbortSignal) => Promise<T>;

/** Marathon's REST API: every read asks the Marathon in use first and then the others. */
export class Client {
  readonly #http: Http;
  readonly #origins: Origins;
  readonly #limits: MarathonLimits;
  #leader: string | undefined;

  constructor(http: Http, origins: Origins, limits: MarathonLimits) {
    this.#http = http;
    this.#origins = origins;
    this.#limits = limits;
  }

  /** As the last answer named it: Marathon puts it into a header of every answer. */
  get leader(): string | undefined {
    return this.#leader;
  }

  /** Every app with its tasks. @throws SluiceError when none of the Marathons gave a whole list */
  async readApps(signal: AbortSignal): Promise<readonly ReadApp[]> {
    return this.#ask('/v2/apps?embed=apps.tasks', signal, async (answer, stop) => {
      if (answer.status !== 200) throw statusError(answer.status, answer.url);
      return this.#understand(answer, this.#limits.listBytes, async (json) => toEntries(json, stop));
    });
  }

  /** The elements of that list as they came. @throws SluiceError as above */
  async readRawApps(signal: AbortSignal): Promise<readonly unknown[]> {
    return this.#ask('/v2/apps?embed=apps.tasks', signal, async (answer) => {
      if (answer.status !== 200) throw statusError(answer.status, answer.url);
      return this.#understand(answer, this.#limits.listBytes, async (json) => [...elementsOf(json, 'apps')]);
    });
  }

  /** One app with its tasks. @throws SluiceError when none of the Marathons gave an answer */
  async readApp(appId: string, signal: AbortSignal): Promise<AppAnswer> {
    return this.#ask(`/v2/apps/${inPath(appId)}`, signal, async (answer) => {
      if (answer.status === 200) return { kind: 'app', read: toEntry((await this.#parse(answer, singleSchema)).app) };
      return this.#missing(answer);
    });
  }

  /** One app as it came; undefined: there is none. @throws SluiceError as above */
  async readRawApp(appId: string, signal: AbortSignal): Promise<unknown> {
    return this.#ask(`/v2/apps/${inPath(appId)}`, signal, async (answer) => {
      if (answer.status === 200) return (await this.#parse(answer, singleSchema)).app;
      const { kind } = await this.#missing(answer);
      if (kind === 'hidden') throw statusError(answer.status, answer.url);
      return undefined;
    });
  }

  /** Every pod with its instances. @throws SluiceError when none of the Marathons gave a whole list, or said why there is none */
  async readPods(signal: AbortSignal): Promise<PodsAnswer> {
    return this.#ask('/v2/pods/::status', signal, async (answer, stop) => {
      if (answer.status === 200) {
        const read = await this.#understand(answer, this.#limits.listBytes, async (json) => toPodEntries(json, stop));
        return { kind: 'pods', read };
      }
      if (answer.status === 403) return { kind: 'none', because: 'this user may not see them' };
      // Whoever says so, what stands between included: it takes no pod away.
      if (answer.status === 404) return NO_PODS;
      if (answer.status !== 500) throw statusError(answer.status, answer.url);
      const { message } = await this.#parse(answer, missingSchema);
      if (NO_SUCH_PATH.test(message)) return NO_PODS;
      throw statusError(answer.status, answer.url);
    });
  }

  /** One pod with its instances. @throws SluiceError when none of the Marathons gave an answer */
  async readPod(podId: string, signal: AbortSignal): Promise<AppAnswer> {
    return this.#ask(`/v2/pods/${inPath(podId)}::status`, signal, async (answer) => {
      if (answer.status === 200) return { kind: 'app', read: toPodEntry(await this.#parse(answer, z.looseObject({}))) };
      return this.#missing(answer);
    });
  }

  /** What Marathon says of itself. @throws SluiceError when none of the Marathons gave an answer */
  async readInfo(signal: AbortSignal): Promise<MarathonInfo> {
    return this.#ask('/v2/info', signal, async (answer) => {
      if (answer.status !== 200) throw statusError(answer.status, answer.url);
      return this.#parse(answer, infoSchema);
    });
  }

  /** Only Marathon's own 404 removes an app: a proxy's would remove them all. */
  async #missing(answer: Answer): Promise<AppAnswer> {
    if (answer.status === 403) return { kind: 'hidden' };
    if (answer.status !== 404) throw statusError(answer.status, answer.url);
    await this.#parse(answer, missingSchema);
    return { kind: 'gone' };
  }

  async #ask<T>(path: string, signal: AbortSignal, read: Read<T>): Promise<T> {
    const { patienceMs } = this.#limits;
    const asking = {
      ask: async (origin: Origin, attempt: Attempt) => ({ origin, value: await this.#askOne(origin, path, attempt, read) }),
      patienceMs: (origin: Origin) => (this.#origins.isTrusted(origin) ? Infinity : patienceMs),
    };
    try {
      const { origin, value } = await firstOf(this.#origins.inOrder(), asking, signal);
      this.#origins.prefer(origin);
      return value;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AggregateError)) throw error;
      const failures = error.errors as readonly SluiceError[];
      // Where nobody gives us credentials they all say the same.
      const said = [...new Set(failures.map(messageOf))].join(' ');
      throw new SluiceError(failures.at(-1)?.code ?? 'MARATHON_UNREACHABLE', said, failures[0]?.cause);
    }
  }

  /** @throws SluiceError, or the reason when it is aborted */
  async #askOne<T>(origin: Origin, path: string, { signal, begins }: Attempt, read: Read<T>): Promise<T> {
    const late = new AbortController();
    const { totalMs, headersMs } = this.#limits;
    const timer = setTimeout(() => late.abort(new TimedOut(origin.base, 'did not give a whole answer', totalMs)), totalMs);
    try {
      const request = { headers: HEADERS, headersMs, signal: AbortSignal.any([signal, late.signal]) };
      const answer = await this.#http.get(origin, path, request);
      begins();
      try {
        return await read(answer, signal);
      } finally {
        answer.body.destroy();
        this.#leader = header(answer, 'x-marathon-leader') || this.#leader;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TimedOut) this.#origins.doubt(origin);
      throw asFailure(origin.base, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What is about one app, or no app. */
  async #parse<T>(answer: Answer, schema: z.ZodType<T>): Promise<T> {
    return this.#understand(answer, this.#limits.appBytes, async (json) => schema.parse(JSON.parse(json.toString('utf8'))));
  }

  async #understand<T>(answer: Answer, maxBytes: number, parse: (json: Buffer) => Promise<T>): Promise<T> {
    const json = await readJson(answer, maxBytes);
    try {
      return await parse(json);
    } catch (error) {
      throw nonsense(answer.url, 'answered with JSON that is cut off or not what it should be', error);
    }
  }
}
