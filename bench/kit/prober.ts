import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { nowMs } from './clock.ts';

const LIMIT_MS = 60_000;
/** The listener that answered, in the body of a task of the stand-in. */
const WHO = /"host":"([\d.]+)","port":(\d+)/;

export interface ProbeAnswer {
  readonly status: number;
  /** '<address>:<port>' of the task; absent: HAProxy itself answered. */
  readonly from?: string;
}

/** Asks one HAProxy on a kept connection, one request after the other. */
export class Prober {
  readonly #client: Client;

  constructor(port: number) {
    this.#client = new Client(`http://127.0.0.1:${port}`, { pipelining: 1, headersTimeout: 20_000, bodyTimeout: 20_000 });
  }

  async get(host: string): Promise<ProbeAnswer> {
    const { statusCode, body } = await this.#client.request({ method: 'GET', path: '/', headers: { host } });
    const [, address, port] = WHO.exec(await body.text()) ?? [];
    return { status: statusCode, ...(address === undefined ? {} : { from: `${address}:${port}` }) };
  }

  /** Asks until the answer is as wanted; resolves to the moment it was there, of nowMs(). `pauseMs` 0: without a pause between. */
  async until(host: string, isWanted: (answer: ProbeAnswer) => boolean, pauseMs: number): Promise<number> {
    const deadline = nowMs() + LIMIT_MS;
    let answer: ProbeAnswer | undefined;
    while (nowMs() < deadline) {
      answer = await this.get(host);
      if (isWanted(answer)) return nowMs();
      if (pauseMs > 0) await sleep(pauseMs);
    }
    throw new Error(`${host} did not answer as wanted in ${LIMIT_MS} ms; the last answer: ${JSON.stringify(answer)}`);
  }

  async close(): Promise<void> {
    await this.#client.destroy();
  }
}
