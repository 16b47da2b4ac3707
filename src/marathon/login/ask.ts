import { type Dispatcher, request } from 'undici';
import { messageOf, SluiceError } from '../../kit/error.ts';

interface Question {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Where questions go through, and what ends them. */
export interface Way {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** undefined: it was no JSON. */
  readonly body: unknown;
}

const TOTAL_MS = 10_000;
const MOST_BYTES = 64 * 1024;

/** Without user, password and query. */
export const placeOf = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
};

export const loginFailed = (message: string, cause?: unknown): SluiceError => new SluiceError('LOGIN_FAILED', message, cause);

const textOf = async (body: Dispatcher.ResponseData['body']): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`it answered with more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever asked says what it should have been. What was answered is told to nobody: it may be a secret.
    return undefined;
  }
};

/**
 * One question to whoever gives credentials. Redirects are not followed: what is sent is for nobody else.
 * @param who for errors, which hold nothing of what was sent or answered
 * @throws SluiceError LOGIN_FAILED when there is no answer within 10 s
 */
export const ask = async (who: string, url: string, question: Question, { dispatcher, signal }: Way): Promise<Said> => {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(TOTAL_MS)]);
    const { statusCode, headers, body } = await request(url, { ...question, dispatcher, signal: limited });
    return { status: statusCode, headers, body: parse(await textOf(body)) };
  } catch (error) {
    throw loginFailed(`${who} at ${placeOf(url)} cannot be asked for credentials: ${messageOf(error)}; trying again.`, error);
  }
};
