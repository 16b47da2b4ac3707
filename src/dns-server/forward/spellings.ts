import { lettersIn } from '../../dns/forward/spelling.ts';
import type { Upstream } from '../../dns/forward/upstream.ts';

/** With fewer letters two may happen upon the same spelling. */
const LEAST_LETTERS = 16;

/**
 * Spellings under way, and who was asked in each. A query that comes in with one of them is our own: whoever was asked asks us. It costs nothing on the wire, and
 * passes through any forwarder between. (Shorter names need no such sign: their question waits for its own answer, and no packet more is sent.)
 */
export class Spellings {
  readonly #asked = new Map<string, Upstream>();

  /** Gives what ends it. @param spelled the name as it is sent */
  note(spelled: Buffer, upstream: Upstream): () => void {
    const key = spelled.toString('latin1');
    if (lettersIn(key.toLowerCase()) < LEAST_LETTERS) return () => undefined;
    this.#asked.set(key, upstream);
    return () => {
      this.#asked.delete(key);
    };
  }

  /** Who sends our own question back; undefined: it is not ours. @param spelled the name as it came */
  sender(spelled: string): Upstream | undefined {
    return this.#asked.size === 0 ? undefined : this.#asked.get(spelled);
  }
}
