import { z } from 'zod';
import { readJson } from '../marathon/body.ts';
import { asFailure, nonsense, statusError } from '../marathon/failures.ts';
import { header, Http } from '../marathon/http.ts';
import { DEFAULT_LIMITS } from '../marathon/options.ts';
import { type Origin, Origins } from '../marathon/origins.ts';
import { EventStream } from '../marathon/stream.ts';
import type { Settings } from '../settings.ts';

const LIMITS = { connectMs: 3000, headersMs: 5000, silenceMs: 12_000, bytes: 16 * 1024 * 1024 };
/** Marathon writes the head of a stream before it attaches it, and says so then; the oldest say nothing. */
const ATTACH_MS = 3000;

const infoSchema = z.object({
  version: z.string(),
  leader: z.string().nullish(),
  marathon_config: z.looseObject({}),
});

const appsSchema = z.object({ apps: z.array(z.unknown()) });

export interface Info {
  readonly version: string;
  readonly leader: string | undefined;
  /** Of the answer, by Marathon's clock, to the second; undefined: it did not say. Milliseconds since 1970. */
  readonly dateMs: number | undefined;
  /** Our clock in the middle between question and answer. */
  readonly askedAtMs: number;
}

/** Questions to one Marathon, as Sluice asks them: credentials, redirects and certificates alike. Each throws SluiceError. */
export class MarathonQuestions {
  readonly origin: Origin;
  readonly #http: Http;
  readonly #signal: AbortSignal;

  constructor(url: string, { credentials, caPem }: Settings['marathon'], signal: AbortSignal) {
    const origins = new Origins([url], credentials);
    this.origin = origins.current;
    this.#http = new Http(origins, { caPem, verifyTls: true }, { connectMs: LIMITS.connectMs });
    this.#signal = signal;
  }

  /** Throws MARATHON_NONSENSE where it is not Marathon that answers. */
  async info(): Promise<Info> {
    const beganMs = Date.now();
    const { body, headers } = await this.#json('/v2/info');
    const askedAtMs = (beganMs + Date.now()) / 2;
    const parsed = infoSchema.safeParse(body);
    if (!parsed.success) throw nonsense(`${this.origin.base}/v2/info`, 'does not say what Marathon says');
    const dateMs = Date.parse(headers);
    return {
      version: parsed.data.version,
      leader: parsed.data.leader ?? undefined,
      dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
      askedAtMs,
    };
  }

  /** Whether these credentials may read apps. Asks for hardly any: the list of all may be large. */
  async mayReadApps(): Promise<void> {
    const { body } = await this.#json('/v2/apps?id=asked-by-sluice-doctor');
    if (!appsSchema.safeParse(body).success) throw nonsense(`${this.origin.base}/v2/apps`, 'does not list apps');
  }

  /** attached: an event came. open: the head of the answer did, and no end of it. */
  async stream(): Promise<'attached' | 'open'> {
    const { headersMs, silenceMs } = LIMITS;
    const limits = { headersMs, silenceMs, unfinishedMs: silenceMs, eventBytes: DEFAULT_LIMITS.eventBytes };
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (tell: () => void): void => {
        clearTimeout(timer);
        stream.close();
        tell();
      };
      const stream = new EventStream(this.#http, this.origin, limits, {
        onOpen: () => (timer = setTimeout(() => end(() => resolve('open')), ATTACH_MS)),
        onEvent: () => end(() => resolve('attached')),
        onEnd: (error) => end(() => reject(error)),
      });
    });
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  async #json(path: string): Promise<{ readonly body: unknown; readonly headers: string }> {
    const headers = { accept: 'application/json' };
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(2 * LIMITS.headersMs)]);
    try {
      const answer = await this.#http.get(this.origin, path, { headers, headersMs: LIMITS.headersMs, signal });
      try {
        if (answer.status !== 200) throw statusError(answer.status, answer.url);
        const json = await readJson(answer, LIMITS.bytes);
        return { body: parse(json, answer.url), headers: header(answer, 'date') };
      } finally {
        answer.body.destroy();
      }
    } catch (error) {
      throw asFailure(this.origin.base, error);
    }
  }
}

const parse = (json: Buffer, url: string): unknown => {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch (error) {
    throw nonsense(url, 'answered with JSON that is cut off', error);
  }
};
