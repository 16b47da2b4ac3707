import { Agent, request, type Dispatcher } from 'undici';
import { asFailure, nonsense, TimedOut } from './failures.ts';
import type { Login } from './login/login.ts';
import { openLogin } from './login/open-login.ts';
import type { MarathonLimits } from './options.ts';
import type { Origin, Origins } from './origins.ts';
import { firstHop, nextHop, type Hop } from './redirect.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Dispatcher.ResponseData['body'];
  /** Where it came from, after redirects. */
  readonly url: string;
}

interface Request {
  /** Default GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** From each request to the head of its answer. */
  readonly headersMs: number;
  readonly signal: AbortSignal;
}

interface Tls {
  readonly caPem?: string | undefined;
  readonly verifyTls: boolean;
}

/** marathon-lb took one redirect, Marathon needs one. */
const MAX_REDIRECTS = 5;

export const header = (answer: Answer, name: string): string => {
  const value = answer.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
};

const headerOf = (authorization: Hop['authorization']): string | undefined =>
  typeof authorization === 'object' ? authorization.header : undefined;

/** What others wait for too goes on. */
const unlessAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    // Both are listened to, whichever is first: what fails unheard ends the process.
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** Requests to the configured Marathons, with credentials and redirects as redirect.ts has it. */
export class Http {
  readonly #agent: Agent;
  readonly #origins: Origins;
  readonly #login: Login | undefined;
  readonly #closing = new AbortController();

  constructor(origins: Origins, tls: Tls, { connectMs }: Pick<MarathonLimits, 'connectMs'>) {
    this.#origins = origins;
    this.#agent = new Agent({
      connect: { timeout: connectMs, rejectUnauthorized: tls.verifyTls, ...(tls.caPem === undefined ? {} : { ca: tls.caPem }) },
      // Limits are kept here, with names and to the millisecond: undici's own timers tick once a second.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const way = { dispatcher: this.#agent, signal: this.#closing.signal };
    this.#login = origins.login === undefined ? undefined : openLogin(origins.login, way, connectMs);
  }

  async get(origin: Origin, path: string, request: Omit<Request, 'method' | 'body'>): Promise<Answer> {
    return this.ask(origin, path, request);
  }

  /**
   * The head of the answer, of whatever status but a redirect. The body must be read to its end or destroyed.
   * @throws SluiceError MARATHON_UNREACHABLE, MARATHON_NONSENSE, LOGIN_FAILED
   */
  async ask(origin: Origin, path: string, request: Request): Promise<Answer> {
    let hop = firstHop(origin, path);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const answer = await this.#askHop(hop, request);
      const location = header(answer, 'location');
      if (answer.status < 300 || answer.status > 399 || location === '') return answer;
      answer.body.destroy();
      hop = nextHop(hop, location, this.#origins);
    }
    throw nonsense(origin.base, `redirects more than ${MAX_REDIRECTS} times`);
  }

  /** Ends every request under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#agent.destroy();
  }

  /** With what Marathon wants to see; once more with something newer where it does not want that any more. */
  async #askHop(hop: Hop, request: Request): Promise<Answer> {
    if (hop.authorization !== 'by login' || this.#login === undefined) return this.#send(hop, request, headerOf(hop.authorization));
    const shown = await unlessAborted(this.#login.authorization(), request.signal);
    const answer = await this.#send(hop, request, shown);
    if (answer.status !== 401) {
      this.#login.accepted(shown);
      return answer;
    }
    if (!this.#login.refused(shown)) return answer;
    answer.body.destroy();
    return this.#send(hop, request, await unlessAborted(this.#login.authorization(), request.signal));
  }

  async #send(hop: Hop, { method = 'GET', body, headers, headersMs, signal }: Request, authorization: string | undefined): Promise<Answer> {
    const url = hop.url.origin + hop.url.pathname;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new TimedOut(url, 'did not begin to answer', headersMs)), headersMs);
    try {
      const answer = await request(hop.url.href, {
        dispatcher: this.#agent,
        method,
        ...(body === undefined ? {} : { body }),
        headers: authorization === undefined ? headers : { ...headers, authorization },
        signal: AbortSignal.any([signal, late.signal]),
      });
      // Who reads the body gets its error; a body that is thrown away unread emits one too, and must not end the process by it.
      answer.body.on('error', () => undefined);
      return { status: answer.statusCode, headers: answer.headers, body: answer.body, url };
    } catch (error) {
      throw asFailure(url, error);
    } finally {
      clearTimeout(timer);
    }
  }
}
