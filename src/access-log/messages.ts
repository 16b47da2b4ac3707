/** To the thread that writes standard output. */
export type Order =
  /** A line of Sluice's own log, with its end. */
  | { readonly kind: 'line'; readonly text: string }
  /** Read HAProxy's lines from this pipe from now on. */
  | { readonly kind: 'follow'; readonly pipe: string }
  /** Write what is there, and end. */
  | { readonly kind: 'end' };

/** What both threads know: places in `shared`, an Int32Array. */
export const PLACE = {
  /** Lines of Sluice's own that wait to be written. */
  waiting: 0,
  /** 1: whoever waits for standard output to take more gives up. */
  giveUp: 1,
} as const;

export interface ThreadData {
  readonly shared: Int32Array;
  /** Where it writes: a file descriptor. */
  readonly output: number;
}
