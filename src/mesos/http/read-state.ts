import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { SluiceError } from '../../kit/error.ts';
import type { WholeFacts } from '../facts/facts.ts';
import { toFacts, toHead } from '../facts/state-facts.ts';
import { allFailed, asFailure, nonsense, statusError, tooLate } from './failures.ts';
import { header, type Answer, type MesosHttp } from './http.ts';

export interface StateLimits {
  /** From a request to the last byte of its answer. */
  readonly totalMs: number;
  readonly stateBytes: number;
}

interface ReadState {
  readonly facts: WholeFacts;
  /** Of the leader, by which it was read: 'host:port'. */
  readonly place: string;
}

/** Before Mesos 0.28 one that does not lead answers with a state of its own; its leader may have lost that since. */
const MOST_HOPS = 3;
const HEADERS = { accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'Sluice' };
/** The second one is older. */
const PATHS = ['/master/state', '/state'] as const;

const plainBody = (answer: Answer): Readable => {
  if (!/\bgzip\b/i.test(header(answer, 'content-encoding'))) return answer.body;
  const gunzip = createGunzip();
  answer.body.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => answer.body.destroy());
  return answer.body.pipe(gunzip);
};

const readText = async (answer: Answer, mostBytes: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of plainBody(answer) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw nonsense(answer.url, `answered with more than ${mostBytes} bytes, the limit for a state`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parse = (answer: Answer, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw nonsense(answer.url, 'answered with JSON that is cut off or none at all', error);
  }
};

/** Everything else has its turn now and then: a large state takes a while. */
const factsOf = async (json: unknown): Promise<WholeFacts> => {
  const reading = toFacts(json);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
    await turn();
  }
};

/** Reads the whole state of whoever leads. */
export class StateReader {
  readonly #http: MesosHttp;
  readonly #limits: StateLimits;

  constructor(http: MesosHttp, limits: StateLimits) {
    this.#http = http;
    this.#limits = limits;
  }

  /**
   * Asks one after the other until one gives the state of the leader.
   * @param places 'host:port'
   * @throws SluiceError when none does
   */
  async read(places: readonly string[], signal: AbortSignal): Promise<ReadState> {
    const errors: SluiceError[] = [];
    for (const place of places) {
      try {
        return await this.#readFrom(place, signal);
      } catch (error) {
        signal.throwIfAborted();
        errors.push(asFailure(place, error));
      }
    }
    throw allFailed(errors);
  }

  async #readFrom(place: string, signal: AbortSignal): Promise<ReadState> {
    let at = place;
    for (let hops = 0; hops <= MOST_HOPS; hops += 1) {
      const { json, answer } = await this.#get(at, signal);
      const { self = answer.place, leader } = this.#headOf(answer, json);
      if (leader === undefined) throw new SluiceError('MESOS_UNREACHABLE', `the master at ${answer.url} knows of no leader; trying again.`);
      if (leader === self || leader === answer.place) return { facts: await factsOf(json), place: answer.place };
      at = leader;
    }
    throw nonsense(place, `and the leaders that it led to name another one each time, ${MOST_HOPS} times`);
  }

  #headOf(answer: Answer, json: unknown): ReturnType<typeof toHead> {
    try {
      return toHead(json);
    } catch (error) {
      throw nonsense(answer.url, 'answered with JSON that is no state of a master', error);
    }
  }

  async #get(place: string, signal: AbortSignal): Promise<{ readonly json: unknown; readonly answer: Answer }> {
    const { totalMs } = this.#limits;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(tooLate(place, 'did not give its whole state', totalMs)), totalMs);
    try {
      const answer = await this.#first(place, AbortSignal.any([signal, late.signal]));
      try {
        if (answer.status !== 200) throw statusError(answer.status, answer.url);
        return { json: parse(answer, await readText(answer, this.#limits.stateBytes)), answer };
      } finally {
        answer.body.destroy();
      }
    } catch (error) {
      signal.throwIfAborted();
      throw asFailure(place, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** By the first path that this master has. */
  async #first(place: string, signal: AbortSignal): Promise<Answer> {
    const answer = await this.#http.ask(place, PATHS[0], { headers: HEADERS, signal });
    if (answer.status !== 404) return answer;
    answer.body.destroy();
    return this.#http.ask(place, PATHS[1], { headers: HEADERS, signal });
  }
}
