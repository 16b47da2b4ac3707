import { Agent, request } from 'undici';
import { messageOf } from '../kit/error.ts';
import { MOST_BYTES, type PeerAnswer, readPeerAnswer } from './peer-answer.ts';

/** Whoever takes longer is not waited for: it is asked again with the next look. */
const LIMIT_MS = 2000;

const PEER_PATH = '/_sluice_observations';

/** Of the statistics port. */
export interface Login {
  readonly user: string;
  readonly password: string;
  readonly isHash: boolean;
}

/** Why another Sluice does not say what it sees. */
export interface NoAnswer {
  /** unreached: it may be cut off from this one alone; silent: its HAProxy took the question, and nobody behind it answered; refused: the login; other: something else answers. */
  readonly kind: 'unreached' | 'silent' | 'refused' | 'other';
  /** For people. */
  readonly because: string;
}

interface Question {
  /** Base URL of its statistics port. */
  readonly url: string;
  /** undefined: it is only to say that it is there. */
  readonly group: string | undefined;
  readonly login: Login | undefined;
  readonly signal: AbortSignal;
}

const wholeText = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`it answers with more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const whyRefused = (status: number, login: Login | undefined): NoAnswer => {
  if (status === 401 && login?.isHash === true)
    return {
      kind: 'refused',
      because: 'it asks for a password, and this Sluice has only its hash: give the password itself in --stats-auth-file',
    };
  if (status === 401) return { kind: 'refused', because: 'it asks for another password: all Sluices must have the same --stats-auth-file' };
  if (status === 503)
    return { kind: 'silent', because: 'it answered 503: no Sluice runs there, it is not ready, or it is too old to be asked' };
  return { kind: 'other', because: `it answered ${status}, which is no answer of a Sluice` };
};

const headersFor = (login: Login | undefined): Readonly<Record<string, string>> => {
  // One that is kept would keep a worker of HAProxy from its end.
  const headers = { 'user-agent': 'sluice', connection: 'close' };
  if (login === undefined || login.isHash) return headers;
  return { ...headers, authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}` };
};

const NO_OBSERVATION: NoAnswer = { kind: 'other', because: 'what it answers is no observation: another version, or no Sluice' };

const asked = async ({ url, group, login, signal }: Question, agent: Agent): Promise<PeerAnswer | NoAnswer> => {
  const query = group === undefined ? '' : `?group=${encodeURIComponent(group)}`;
  const { statusCode, body } = await request(`${url}${PEER_PATH}${query}`, { dispatcher: agent, signal, headers: headersFor(login) });
  if (statusCode === 200) return readPeerAnswer(await wholeText(body)) ?? NO_OBSERVATION;
  body.on('error', () => undefined).destroy();
  return whyRefused(statusCode, login);
};

/** Asks another Sluice what it sees. Never rejects; no redirect is followed. */
export const askPeer = async (question: Question): Promise<PeerAnswer | NoAnswer> => {
  const agent = new Agent({ pipelining: 0, connect: { timeout: LIMIT_MS } });
  let kind: NoAnswer['kind'] = 'unreached';
  agent.once('connect', () => (kind = 'silent'));
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  try {
    return await asked({ ...question, signal: AbortSignal.any([late.signal, question.signal]) }, agent);
  } catch (error) {
    return { kind, because: `${question.url}: ${messageOf(error)}` };
  } finally {
    clearTimeout(timer);
    await agent.destroy();
  }
};
