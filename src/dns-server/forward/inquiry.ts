import type { Kept } from '../../dns/forward/kept.ts';
import type { Failure, Turns, Upstream } from '../../dns/forward/upstream.ts';
import type { Exchanged } from './exchange.ts';

/** What came of asking all that may be asked. */
export type Outcome =
  | { readonly kind: 'answered'; readonly kept: Kept }
  | { readonly kind: 'unanswered'; readonly failures: ReadonlySet<Failure>; readonly kept?: Kept };

export interface Patience {
  /** The next upstream is asked when the last one has said nothing for so long. */
  readonly hedgeMs: number;
  /** Those that are silent are asked anew: a packet may be lost. */
  readonly againMs: number;
  /** The whole. */
  readonly patienceMs: number;
  /** How long the others are listened to when one has answered. */
  readonly lateMs: number;
}

/** Asks one upstream; `signal` ends it. */
export type Ask = (upstream: Upstream, terms: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<Exchanged>;

/** Packets for one question, to all upstreams together. */
const MOST_TRIES = 8;

/** One question, asked of several until one answers. */
class Inquiry {
  readonly #turns: Turns;
  readonly #ask: Ask;
  readonly #patience: Patience;
  readonly #settle: (outcome: Outcome) => void;
  readonly #endMs: number;
  /** Those that have said that they do not answer it, or could not be reached. */
  readonly #spent = new Set<Upstream>();
  readonly #failures = new Set<Failure>();
  readonly #end: NodeJS.Timeout;
  /** Ends what is still listened to. */
  readonly #late = new AbortController();
  #next: NodeJS.Timeout | undefined;
  #lateEnd: NodeJS.Timeout | undefined;
  #tries = 0;
  #best: Kept | undefined;
  #isOver = false;

  constructor(turns: Turns, ask: Ask, patience: Patience, settle: (outcome: Outcome) => void) {
    this.#turns = turns;
    this.#ask = ask;
    this.#patience = patience;
    this.#settle = settle;
    this.#endMs = performance.now() + patience.patienceMs;
    this.#end = setTimeout(() => this.#giveUp('silent'), patience.patienceMs);
    for (let nth = 0; nth < turns.atOnce; nth += 1) this.#try();
  }

  get silence(): AbortSignal {
    return this.#late.signal;
  }

  end(): void {
    if (!this.#isOver) this.#giveUp('silent');
    clearTimeout(this.#lateEnd);
    this.#late.abort();
  }

  /** Whose turn it is: first all of them once, then those again that are silent. */
  #pick(): Upstream | undefined {
    const { upstreams } = this.#turns;
    for (let nth = 0; nth < upstreams.length; nth += 1) {
      const upstream = upstreams[(this.#tries + nth) % upstreams.length];
      if (upstream !== undefined && !this.#spent.has(upstream)) {
        this.#tries += nth + 1;
        return upstream;
      }
    }
    return undefined;
  }

  #try(): void {
    clearTimeout(this.#next);
    if (this.#isOver || this.#tries >= MOST_TRIES) return;
    const upstream = this.#pick();
    if (upstream === undefined) return;
    const { hedgeMs, againMs } = this.#patience;
    this.#next = setTimeout(() => this.#try(), this.#hasFresh() ? hedgeMs : againMs);
    const terms = { timeoutMs: Math.max(1, this.#endMs - performance.now()), signal: this.#late.signal };
    void this.#ask(upstream, terms).then((exchanged) => this.#take(upstream, exchanged));
  }

  #hasFresh(): boolean {
    return this.#tries < this.#turns.upstreams.length;
  }

  #take(upstream: Upstream, exchanged: Exchanged): void {
    if (this.#isOver) return;
    if (exchanged.kind === 'reply') {
      this.#over({ kind: 'answered', kept: exchanged.kept });
      return;
    }
    this.#best ??= exchanged.kept;
    this.#failures.add(exchanged.failure);
    if (exchanged.failure === 'silent') return;
    this.#spent.add(upstream);
    if (this.#turns.upstreams.every((one) => this.#spent.has(one))) this.#giveUp(exchanged.failure);
    else if (this.#hasFresh()) this.#try();
  }

  #giveUp(failure: Failure): void {
    this.#failures.add(failure);
    this.#over({ kind: 'unanswered', failures: this.#failures, ...(this.#best === undefined ? {} : { kept: this.#best }) });
  }

  #over(outcome: Outcome): void {
    this.#isOver = true;
    clearTimeout(this.#end);
    clearTimeout(this.#next);
    this.#settle(outcome);
    this.#lateEnd = setTimeout(() => this.#late.abort(), this.#patience.lateMs);
  }
}

/** An inquiry under way. */
export interface Asked {
  readonly outcome: Promise<Outcome>;
  /** Nobody is listened to any more. */
  readonly silence: AbortSignal;
  /** Asks nobody any more; the outcome is that nobody has answered. */
  readonly end: () => void;
}

/**
 * The first upstream is asked; the next one as soon as the last says that it does not know, or has said nothing for a while; the first answer counts. Answers
 * that come later are listened to all the same, for what they tell of their senders.
 */
export const inquire = (turns: Turns, ask: Ask, patience: Patience): Asked => {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const inquiry = new Inquiry(turns, ask, patience, resolve);
  return { outcome: promise, silence: inquiry.silence, end: () => inquiry.end() };
};
