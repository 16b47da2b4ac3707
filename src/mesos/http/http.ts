import { Agent, request, type Dispatcher } from 'undici';
import type { Login } from '../../marathon/login/login.ts';
import { openLogin } from '../../marathon/login/open-login.ts';
import { placeText } from '../detect/masters.ts';
import { asFailure, nonsense, tooLate } from './failures.ts';

/** A service account of DC/OS, as marathon/ knows it too. */
interface ServiceAccount {
  readonly uid: string;
  /** RSA, PEM. */
  readonly privateKey: string;
  readonly loginEndpoint: string;
}

export type MesosAuth =
  | { readonly kind: 'basic'; readonly principal: string; readonly secret: string }
  | { readonly kind: 'iam'; readonly account: ServiceAccount };

export interface MesosTls {
  /** Certificate authorities in place of the system's, PEM. */
  readonly caPem?: string;
  /** Both or neither, PEM: how this client shows who it is. */
  readonly certPem?: string;
  readonly keyPem?: string;
  /** Default true. */
  readonly verify?: boolean;
}

export interface HttpOptions {
  readonly auth?: MesosAuth;
  /** Absent: plain http. */
  readonly tls?: MesosTls;
  readonly connectMs: number;
  /** From a request to the head of its answer. */
  readonly headersMs: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Dispatcher.ResponseData['body'];
  readonly url: string;
  /** Who answered, after redirects: 'host:port'. */
  readonly place: string;
}

interface Question {
  readonly method?: 'POST';
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A master that does not lead names the one that does; that one may have lost it since. */
const MOST_REDIRECTS = 3;

export const header = (answer: Answer, name: string): string => {
  const value = answer.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
};

const tlsOf = ({ caPem, certPem, keyPem, verify = true }: MesosTls): Readonly<Record<string, unknown>> => ({
  rejectUnauthorized: verify,
  ...(caPem === undefined ? {} : { ca: caPem }),
  ...(certPem === undefined ? {} : { cert: certPem }),
  ...(keyPem === undefined ? {} : { key: keyPem }),
});

/** Questions to masters, with credentials; where one names the leader, that one is asked. */
export class MesosHttp {
  readonly #agent: Agent;
  readonly #options: HttpOptions;
  readonly #scheme: 'http' | 'https';
  readonly #login: Login | undefined;
  readonly #closing = new AbortController();

  constructor(options: HttpOptions) {
    const { tls, auth, connectMs } = options;
    this.#options = options;
    this.#scheme = tls === undefined ? 'http' : 'https';
    // Limits are kept here: undici's own timers tick once a second. A master is asked twice a minute by one connection.
    this.#agent = new Agent({
      connect: { timeout: connectMs, ...(tls === undefined ? {} : tlsOf(tls)) },
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 60_000,
    });
    const way = { dispatcher: this.#agent, signal: this.#closing.signal };
    this.#login = auth?.kind === 'iam' ? openLogin(auth.account, way, connectMs) : undefined;
  }

  /**
   * The head of the answer, of whatever status but a redirect to the leader. The body must be read to its end or destroyed.
   * @param place 'host:port'
   * @throws SluiceError MESOS_UNREACHABLE, MESOS_NONSENSE, LOGIN_FAILED
   */
  async ask(place: string, path: string, question: Question): Promise<Answer> {
    let at = place;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const answer = await this.#askOne(at, path, question, redirects);
      const location = header(answer, 'location');
      if (answer.status < 300 || answer.status > 399 || location === '') return answer;
      answer.body.destroy();
      at = this.#leaderIn(answer, location, path);
    }
    throw nonsense(`${this.#scheme}://${place}${path}`, `leads on more than ${MOST_REDIRECTS} times: the masters do not agree who leads`);
  }

  /** Ends every request under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#agent.destroy();
  }

  /** '//10.0.0.1:5050/master/state': by the same scheme as asked, whatever it says, and for the same path: a login page is no master. */
  #leaderIn({ url }: Answer, location: string, path: string): string {
    const to = URL.parse(location, url);
    if (to === null || !/^https?:$/.test(to.protocol)) throw nonsense(url, 'redirects to what is no URL');
    const isSame = to.pathname.replace(/^\/master(?=\/)/, '') === path.replace(/^\/master(?=\/)/, '');
    if (!isSame) throw nonsense(url, `redirects to ${to.host}${to.pathname}, and not to the same path of the leader`);
    if (to.protocol !== `${this.#scheme}:` && /^[a-z]+:/i.test(location))
      throw nonsense(url, `redirects from ${this.#scheme} to ${to.protocol}//`);
    const port = to.port === '' ? (this.#scheme === 'https' ? 443 : 80) : Number(to.port);
    return placeText({ host: to.hostname.replace(/^\[|\]$/g, ''), port });
  }

  /** Credentials go to those who are configured and to whom one of these names, and no further. */
  async #askOne(place: string, path: string, question: Question, redirects: number): Promise<Answer> {
    if (redirects > 1) return this.#send(place, path, question, undefined);
    const { auth } = this.#options;
    if (auth?.kind === 'basic')
      return this.#send(place, path, question, `Basic ${Buffer.from(`${auth.principal}:${auth.secret}`).toString('base64')}`);
    if (this.#login === undefined) return this.#send(place, path, question, undefined);
    const shown = await this.#login.authorization();
    const answer = await this.#send(place, path, question, shown);
    if (answer.status !== 401) this.#login.accepted(shown);
    if (answer.status !== 401 || !this.#login.refused(shown)) return answer;
    answer.body.destroy();
    return this.#send(place, path, question, await this.#login.authorization());
  }

  async #send(
    place: string,
    path: string,
    { method, body, headers, signal }: Question,
    authorization: string | undefined,
  ): Promise<Answer> {
    const url = `${this.#scheme}://${place}${path}`;
    const late = new AbortController();
    const { headersMs } = this.#options;
    const timer = setTimeout(() => late.abort(tooLate(url, 'did not begin to answer', headersMs)), headersMs);
    try {
      const answer = await request(url, {
        dispatcher: this.#agent,
        method: method ?? 'GET',
        ...(body === undefined ? {} : { body }),
        headers: authorization === undefined ? headers : { ...headers, authorization },
        signal: AbortSignal.any([signal, late.signal, this.#closing.signal]),
      });
      // Who reads the body gets its error; a body that is thrown away unread emits one too, and must not end the process by it.
      answer.body.on('error', () => undefined);
      return { status: answer.statusCode, headers: answer.headers, body: answer.body, url, place };
    } catch (error) {
      signal.throwIfAborted();
      throw asFailure(url, error);
    } finally {
      clearTimeout(timer);
    }
  }
}
