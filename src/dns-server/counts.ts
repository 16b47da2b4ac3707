import { Histogram, type HistogramData } from '../kit/histogram.ts';

export type Transport = 'udp' | 'tcp';

/** Why a question got no answer, or one that says no. */
export type Refusal = 'dropped' | 'limited' | 'refused' | 'unsent';

/** Since this process began. Plain data. */
export interface CountsData {
  /** By transport, type and rcode: numbers of IANA's. */
  readonly queries: readonly { readonly transport: Transport; readonly type: number; readonly rcode: number; readonly count: number }[];
  readonly truncated: number;
  /** Nothing that could be answered: no question, an answer. */
  readonly dropped: number;
  /** By --dns-rate-limit. */
  readonly limited: number;
  /** From addresses that are not allowed. */
  readonly refused: number;
  /** Answers that the kernel did not take. */
  readonly unsent: number;
  readonly forwarded: number;
  readonly transfers: number;
  /** TCP connections, all there were. */
  readonly connections: number;
  /** From the arrival of a question about a name of ours in this process to its answer. */
  readonly seconds: HistogramData;
}

const SECONDS: readonly number[] = [
  0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.1, 0.5, 1,
];

/** Types from here on are counted as one: whoever makes them up makes nothing grow. */
const MOST_TYPE = 260;
const RCODES = 32;

/** What is counted where questions are answered: an array and two additions for each. */
export class Counts {
  readonly #queries = { udp: new Uint32Array((MOST_TYPE + 1) * RCODES), tcp: new Uint32Array((MOST_TYPE + 1) * RCODES) };
  readonly #seconds = new Histogram(SECONDS);
  readonly #refusals = { dropped: 0, limited: 0, refused: 0, unsent: 0 };
  #truncated = 0;
  forwarded = 0;
  transfers = 0;
  connections = 0;

  noteReply(transport: Transport, type: number, rcode: number, isTruncated: boolean): void {
    const of = this.#queries[transport];
    const at = Math.min(type, MOST_TYPE) * RCODES + (rcode % RCODES);
    of[at] = (of[at] ?? 0) + 1;
    if (isTruncated) this.#truncated += 1;
  }

  noteSeconds(seconds: number): void {
    this.#seconds.add(seconds);
  }

  note(refusal: Refusal): void {
    this.#refusals[refusal] += 1;
  }

  get data(): CountsData {
    const { forwarded, transfers, connections } = this;
    return {
      queries: [...this.#of('udp'), ...this.#of('tcp')],
      truncated: this.#truncated,
      ...this.#refusals,
      ...{ forwarded, transfers, connections },
      seconds: this.#seconds.data,
    };
  }

  *#of(transport: Transport): Iterable<CountsData['queries'][number]> {
    for (const [at, count] of this.#queries[transport].entries())
      if (count > 0) yield { transport, type: Math.floor(at / RCODES), rcode: at % RCODES, count };
  }
}
