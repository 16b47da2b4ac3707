import { Client } from 'undici';
import { messageOf } from '../kit/error.ts';
import { hideCredentials } from '../kit/hide-credentials.ts';
import { EXIT, ExitError } from './exit-codes.ts';

/** Where the running Sluice is asked: its control socket, or the address of its API. */
export interface Target {
  readonly socket: string;
  readonly url?: string;
  /** For the address: the socket asks for none. */
  readonly token?: string;
  /** For an https address, in PEM: who signs its certificate, and the client's own. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

const ORIGIN = 'http://sluice';

/** Without the user and the password that an address may hold. */
const where = ({ url, socket }: Target): string => {
  if (url === undefined) return socket;
  return URL.canParse(url) ? new URL(url).origin : hideCredentials(url);
};

const LIMITS = { headersTimeout: 30_000, bodyTimeout: 30_000 };

const open = ({ socket, url, tls }: Target): Client =>
  url === undefined
    ? new Client(ORIGIN, { ...LIMITS, socketPath: socket })
    : new Client(new URL(url).origin, { ...LIMITS, connect: { ...tls } });

/** An answer that is an error. `code` is the API's own word, such as CONFLICT; undefined: it has none. */
export class AnswerError extends ExitError {
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, code: string | undefined, message: string) {
    // One that starts or ends is as good as none: it has nothing to tell.
    super(code === 'NOT_RUNNING' ? EXIT.unreachable : EXIT.failed, message);
    this.status = status;
    this.code = code;
  }
}

export interface AskOptions {
  /** Without it: GET, or POST where there is a body. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Ends the waiting for an answer. */
  readonly signal?: AbortSignal;
}

/** `body`: absent in a GET. */
const send = async (
  target: Target,
  path: string,
  body: object | undefined,
  { method = body === undefined ? 'GET' : 'POST', signal }: AskOptions,
): Promise<{ readonly status: number; readonly text: string }> => {
  const client = open(target);
  const headers = {
    ...(target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    const answer = await client.request({
      path,
      headers,
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  } finally {
    await client.destroy();
  }
};

const parse = (text: string, target: Target): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ExitError(EXIT.unreachable, `what answers at ${where(target)} is not a Sluice: ${messageOf(error)}`);
  }
};

/**
 * Asks the running Sluice: by GET, or with a body by POST. No answer, or one that starts or ends: ExitError `unreachable`; an answer that is an
 * error: AnswerError with its text.
 */
export const ask = async <T>(target: Target, path: string, body?: object, options: AskOptions = {}): Promise<T> => {
  let answer: Awaited<ReturnType<typeof send>>;
  try {
    answer = await send(target, path, body, options);
  } catch (error) {
    throw new ExitError(
      EXIT.unreachable,
      `no Sluice answers at ${where(target)}: ${messageOf(error)}; is it running, and is --run-dir (or --api) the same?`,
    );
  }
  const told = parse(answer.text, target);
  if (typeof told !== 'object' || told === null) throw new ExitError(EXIT.unreachable, `what answers at ${where(target)} is not a Sluice`);
  if (answer.status >= 400) {
    const { error, code } = told as { readonly error?: string; readonly code?: string };
    throw new AnswerError(answer.status, code, error ?? `answer ${answer.status}`);
  }
  return told as T;
};
