import { type Place, placeText } from './place.ts';

/** Failures in a row after which others are asked first. */
const FAILURES_TO_REST = 2;
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 30_000;
/** A server that refused EDNS once is asked with it again after that: something between may have been at fault. */
const WITHOUT_EDNS_MS = 600_000;

/** Why nothing useful came. */
export type Failure = 'silent' | 'unreachable' | 'garbage' | 'refused' | 'loop';

export interface UpstreamCounts {
  /** Exchanges begun. */
  readonly asked: number;
  readonly answered: number;
  readonly failed: Readonly<Record<Failure, number>>;
}

/** One server, and what is remembered of it. Times are those of one clock that never goes back. */
export class Upstream {
  readonly place: Place;
  /** '10.0.0.2:53'. */
  readonly text: string;
  /** False: it gives questions back in lower case; then spelling proves nothing. */
  keepsCase = true;
  #failuresInRow = 0;
  #restsUntilMs = 0;
  #withoutEdnsUntilMs = 0;
  #asked = 0;
  #answered = 0;
  readonly #failed: Record<Failure, number> = { silent: 0, unreachable: 0, garbage: 0, refused: 0, loop: 0 };

  constructor(place: Place) {
    this.place = place;
    this.text = placeText(place);
  }

  get counts(): UpstreamCounts {
    return { asked: this.#asked, answered: this.#answered, failed: { ...this.#failed } };
  }

  /** It is asked in its turn. */
  get isWell(): boolean {
    return this.#failuresInRow < FAILURES_TO_REST;
  }

  /** Not well, but it may be again: to be asked beside others. */
  isDue(nowMs: number): boolean {
    return !this.isWell && nowMs >= this.#restsUntilMs;
  }

  takesEdns(nowMs: number): boolean {
    return nowMs >= this.#withoutEdnsUntilMs;
  }

  /** One question at a time tries whether it is well again. */
  noteAsked(nowMs: number): void {
    this.#asked += 1;
    if (!this.isWell) this.#restsUntilMs = nowMs + this.#restMs();
  }

  noteAnswer(): void {
    this.#answered += 1;
    this.#failuresInRow = 0;
  }

  noteFailure(failure: Failure, nowMs: number): void {
    this.#failed[failure] += 1;
    this.#failuresInRow += 1;
    this.#restsUntilMs = nowMs + this.#restMs();
  }

  noteNoEdns(nowMs: number): void {
    this.#withoutEdnsUntilMs = nowMs + WITHOUT_EDNS_MS;
  }

  #restMs(): number {
    return Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** Math.min(10, Math.max(0, this.#failuresInRow - FAILURES_TO_REST)));
  }
}

/** In which order they are asked, and how many at once: the others follow one by one. */
export interface Turns {
  readonly upstreams: readonly Upstream[];
  readonly atOnce: number;
}

/**
 * Those that are well in the order in which they were given, then the others. One that may be well again is asked together with the first: whoever asks
 * does not wait for it. Where none is well two are asked at once.
 */
export const turnsOf = (upstreams: readonly Upstream[], nowMs: number): Turns => {
  const well = upstreams.filter((one) => one.isWell);
  const due = upstreams.find((one) => one.isDue(nowMs));
  const [first, ...rest] = well;
  const others = upstreams.filter((one) => !one.isWell && one !== due);
  const tried = due === undefined ? [] : [due];
  if (first === undefined) return { upstreams: [...tried, ...others], atOnce: Math.min(2, upstreams.length) };
  return { upstreams: [first, ...tried, ...rest, ...others], atOnce: 1 + tried.length };
};
