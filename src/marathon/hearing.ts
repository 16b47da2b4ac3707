import { toMeaning, type EventMeaning } from './event.ts';
import { Lag } from './lag.ts';
import { LateEvents, timestampOf } from './late-events.ts';
import { CUT } from './long-lines.ts';

/** What one event of the stream came to. */
interface Heard {
  readonly meaning: EventMeaning;
  /** Events come faster than they are read, and have for long. */
  readonly isBehind: boolean;
}

/** What stands in decoded text for bytes that are no UTF-8. */
const NOT_UTF8 = '\uFFFD';

/** Takes the events of a stream in: what each says, whether it still counts, and whether they are read in time. */
export class Hearing {
  readonly #behindMs: number;
  readonly #lateEvents = new LateEvents();
  #lag: Lag;

  constructor(behindMs: number) {
    this.#behindMs = behindMs;
    this.#lag = new Lag(behindMs);
  }

  /** Another stream is open: another leader has another clock. */
  beginStream(): void {
    this.#lateEvents.forget();
    this.#lag = new Lag(this.#behindMs);
  }

  /** @throws SyntaxError, ZodError when the event cannot be understood */
  understand(type: string, data: string): Heard {
    if (data.endsWith(CUT)) throw new SyntaxError('too long, and was cut');
    if (data.includes(NOT_UTF8)) throw new SyntaxError('not UTF-8');
    const raw: unknown = JSON.parse(data);
    const atMs = timestampOf(raw);
    return {
      meaning: this.#lateEvents.withoutLate(toMeaning(type, raw), atMs),
      isBehind: atMs !== undefined && this.#lag.isTooLong(atMs, performance.now()),
    };
  }
}
