/** To the thread that writes standard output. */
export type Order =
  /** A line of Sluice's own log, with its end. */
  | { readonly kind: 'line'; readonly text: string }
  /** Read HAProxy's lines from this pipe from now on. */
  | { readonly kind: 'follow'; readonly pipe: string }
  /** Write what is there, and end. */
  | { readonly kind: 'end' };

export interface ThreadData {
  /** One number for both threads: how many lines of Sluice's own wait to be written. */
  readonly waiting: Int32Array;
  /** Where it writes: a file descriptor. */
  readonly output: number;
}
