import type { Place } from '../../dns/forward/place.ts';

/** How one exchange over a socket ended. `flooded`: more than a few packets came that were no answer: somebody guesses. */
export type Heard<T> = { readonly kind: 'heard'; readonly value: T } | { readonly kind: 'silent' | 'unreachable' | 'flooded' };

/** One exchange. */
export interface Errand<T> {
  readonly place: Place;
  /** The message, without a length in front. */
  readonly bytes: Buffer;
  /** Undefined: not an answer to this; the next packet is waited for. */
  readonly judge: (bytes: Buffer) => T | undefined;
  /** Until nothing more is waited for. */
  readonly timeoutMs: number;
  /** Ends it as if nothing had come. */
  readonly signal: AbortSignal;
}
