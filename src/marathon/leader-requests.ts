import { messageOf, SluiceError, systemCodeOf } from '../kit/error.ts';
import { readJson } from './body.ts';
import type { Change } from './changes.ts';
import { asFailure, nonsense, TimedOut } from './failures.ts';
import { type Answer, header, Http } from './http.ts';
import { DEFAULT_LIMITS, type MarathonLimits, type MarathonOptions } from './options.ts';
import { type Origin, Origins } from './origins.ts';

/** What Marathon said to a request: all but what it does not answer for. */
export interface MarathonAnswer {
  /** 200 to 299: done, or begun; 404, 409, 422 and their like: Marathon's own refusals. */
  readonly status: number;
  /** undefined: it had no body. */
  readonly json: unknown;
  /** For people, of a refusal: Marathon's `message` with its details. '' where there is none. */
  readonly message: string;
}

export interface LeaderRequestsOptions extends Pick<MarathonOptions, 'urls' | 'credentials' | 'caPem' | 'verifyTls'> {
  readonly limits?: Partial<Pick<MarathonLimits, 'connectMs' | 'headersMs' | 'totalMs' | 'appBytes'>>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Somebody waits for these. Marathon itself answers a write within its --zk_timeout of 10 s, or says that it could not. */
const LIMITS = { ...DEFAULT_LIMITS, headersMs: 12_000, totalMs: 15_000 };

/** Of a request that has not left: nobody can have done anything about it. */
const UNSENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** A standby that found no leader to pass it on to (marathon-api: LeaderProxyFilter). Its other errors may come after that. */
const NOT_PASSED_ON = /Could not determine the current leader|Connection to leader refused|Detected proxying loop/;

class NotPassedOn extends SluiceError {}

const isUnsent = (error: unknown): boolean => {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof NotPassedOn || UNSENT.has(systemCodeOf(cause))) return true;
  return false;
};

const MOST_WORDS = 300;

const messageIn = (json: unknown): string => {
  if (typeof json === 'string') return json.slice(0, MOST_WORDS);
  if (typeof json !== 'object' || json === null || !('message' in json)) return '';
  const details = 'details' in json ? `: ${JSON.stringify(json.details)}` : '';
  return `${String(json.message)}${details}`;
};

/** Requests that change something in Marathon, and reads that belong to them: each is answered once, by the leader. */
export class LeaderRequests {
  readonly #http: Http;
  readonly #origins: Origins;
  readonly #limits: MarathonLimits;
  readonly #closing = new AbortController();

  /** @throws SluiceError SETTINGS when the URLs cannot be used */
  constructor({ urls, credentials, caPem, verifyTls = true, limits }: LeaderRequestsOptions) {
    this.#limits = { ...LIMITS, ...limits };
    this.#origins = new Origins(urls, credentials);
    this.#http = new Http(this.#origins, { caPem, verifyTls }, this.#limits);
  }

  /**
   * @param path with its query: '/v2/apps//shop/cart?force=true'
   * @throws SluiceError MARATHON_UNREACHABLE (also 5xx; of a write it is not known whether it was done, unless it says that it was not sent),
   * MARATHON_REFUSED (401, 403), MARATHON_NONSENSE, LOGIN_FAILED
   */
  async get(path: string): Promise<MarathonAnswer> {
    return this.#ask('GET', path);
  }

  /** @throws as get */
  async post(path: string, body: unknown): Promise<MarathonAnswer> {
    return this.#ask('POST', path, body);
  }

  /** @throws as get */
  async put(path: string, body: unknown): Promise<MarathonAnswer> {
    return this.#ask('PUT', path, body);
  }

  /** @throws as get */
  async delete(path: string): Promise<MarathonAnswer> {
    return this.#ask('DELETE', path);
  }

  /** @throws as get */
  async change({ method, path, body }: Change): Promise<MarathonAnswer> {
    return this.#ask(method, path, body);
  }

  /** Ends every request under way. */
  async close(): Promise<void> {
    this.#closing.abort(new SluiceError('MARATHON_UNREACHABLE', 'Sluice is ending.'));
    await this.#http.close();
  }

  /** One Marathon after the other, as long as none can have done anything. */
  async #ask(method: Method, path: string, body?: unknown): Promise<MarathonAnswer> {
    const failures: unknown[] = [];
    for (const origin of this.#origins.inOrder()) {
      try {
        const answer = await this.#askOne(origin, method, path, body);
        this.#origins.prefer(origin);
        return answer;
      } catch (error) {
        failures.push(error);
        this.#closing.signal.throwIfAborted();
        if (method !== 'GET' && !isUnsent(error)) throw error;
      }
    }
    const last = failures.at(-1);
    const said = [...new Set(failures.map(messageOf))].join(' ');
    throw new SluiceError(last instanceof SluiceError ? last.code : 'MARATHON_UNREACHABLE', said, failures[0]);
  }

  async #askOne(origin: Origin, method: Method, path: string, body: unknown): Promise<MarathonAnswer> {
    const late = new AbortController();
    const { totalMs, headersMs } = this.#limits;
    const timer = setTimeout(() => late.abort(new TimedOut(origin.base, 'did not give a whole answer', totalMs)), totalMs);
    const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    try {
      const signal = AbortSignal.any([this.#closing.signal, late.signal]);
      return await this.#understand(await this.#http.ask(origin, path, { method, headers, headersMs, signal, ...text }));
    } catch (error) {
      throw asFailure(origin.base, error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #understand(answer: Answer): Promise<MarathonAnswer> {
    try {
      const json = await this.#jsonOf(answer);
      const message = messageIn(json);
      if (answer.status === 401 || answer.status === 403)
        throw new SluiceError(
          'MARATHON_REFUSED',
          `Marathon at ${answer.url} answered ${answer.status}: this user may not do that; give it the right to.${message === '' ? '' : ` (${message})`}`,
        );
      if (answer.status >= 500) throw failed(answer, message);
      return { status: answer.status, json, message };
    } finally {
      answer.body.destroy();
    }
  }

  /** undefined: there is none. Of an error that is no JSON, its text: a standby's, or a page of something in between. */
  async #jsonOf(answer: Answer): Promise<unknown> {
    const type = header(answer, 'content-type');
    if (answer.status === 204 || header(answer, 'content-length') === '0') return undefined;
    if (/json\b/i.test(type)) return parse(await readJson(answer, this.#limits.appBytes), answer);
    if (answer.status >= 400) return textOf(answer);
    if (type === '') return undefined;
    throw nonsense(answer.url, `answered with "${type}" and not with JSON`);
  }
}

const parse = (bytes: Buffer, { url }: Answer): unknown => {
  try {
    return bytes.length === 0 ? undefined : JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw nonsense(url, 'answered with JSON that is cut off', error);
  }
};

/** Its beginning, without tags. */
const textOf = async ({ body }: Answer): Promise<string> => {
  let text = '';
  for await (const chunk of body as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1');
    if (text.length > 10 * MOST_WORDS) break;
  }
  return text.replaceAll(/<[^>]*>|\s+/g, ' ').trim();
};

const failed = ({ status, url }: Answer, message: string): SluiceError => {
  const text = `Marathon at ${url} answered ${status}: it is not ready or has no leader.${message === '' ? '' : ` (${message})`}`;
  return NOT_PASSED_ON.test(message) ? new NotPassedOn('MARATHON_UNREACHABLE', text) : new SluiceError('MARATHON_UNREACHABLE', text);
};
