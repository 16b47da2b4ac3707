import type { ReaderLike } from 'eventsource';
import { EmptyLines } from './empty-lines.ts';
import { TimedOut } from './failures.ts';
import type { Answer } from './http.ts';
import { LongLines } from './long-lines.ts';

export interface StreamPatience {
  /** Marathon writes an empty line every 10 s: a stream silent for longer than this is dead. */
  readonly silenceMs: number;
  /** From one empty line, which ends an event or is a heartbeat, to the next: bytes that lead nowhere are no sign of life. */
  readonly unfinishedMs: number;
}

interface ReaderLimits extends StreamPatience {
  /** A line that is longer is cut. */
  readonly eventBytes: number;
}

/** Reads an answer's bytes, and gives the stream up when none come, or none that make an event or a heartbeat whole. */
export const watchedReader = ({ body, url }: Answer, { silenceMs, unfinishedMs, eventBytes }: ReaderLimits): ReaderLike => {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const giveUpAfter = (ms: number, what: string): NodeJS.Timeout => setTimeout(() => body.destroy(new TimedOut(url, what, ms)), ms);
  const silence = giveUpAfter(silenceMs, 'sent no byte on the event stream');
  const unfinished = giveUpAfter(unfinishedMs, 'sent no whole event and no heartbeat on the event stream');
  const emptyLines = new EmptyLines();
  const longLines = new LongLines(eventBytes);
  const stop = (): void => {
    clearTimeout(silence);
    clearTimeout(unfinished);
    body.destroy();
  };
  body.once('close', stop);
  return {
    read: async () => {
      const next = await chunks.next();
      if (next.done === true) return { done: true };
      silence.refresh();
      if (emptyLines.isIn(next.value)) unfinished.refresh();
      return { done: false, value: longLines.shorten(next.value) };
    },
    cancel: async () => stop(),
  };
};
