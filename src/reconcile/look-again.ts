import type { Scope } from '../plan/observed.ts';
import type { Wait } from '../plan/waiting.ts';
import { pauseMs } from './pause.ts';

interface LookAgainOptions {
  /** Their time has come. Until they are noted again they are not due again. */
  readonly onDue: (backends: readonly string[]) => void;
}

interface Entry {
  readonly dueAtMs: number;
  /** Since when it has been waited for connections to end; undefined: it is not. */
  readonly sinceMs: number | undefined;
}

/** Those that are due so close together are looked at together. */
const TOGETHER_MS = 100;

/** Looks again at backends with servers that wait to go: each when there may be news, and less and less often where nobody knows when. */
export class LookAgain {
  readonly #options: LookAgainOptions;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(options: LookAgainOptions) {
    this.#options = options;
  }

  /** Those that wait: what is done to them then needs no other reason. */
  get backends(): ReadonlySet<string> {
    return new Set(this.#entries.keys());
  }

  /** What a look at these backends has found; those in scope that wait for nothing are forgotten. */
  note(scope: Scope, waiting: ReadonlyMap<string, readonly Wait[]>): void {
    const looked = scope === 'all' ? this.#entries.keys() : scope.backends;
    for (const name of looked) if (!waiting.has(name)) this.#entries.delete(name);
    // One moment for all: those that wait alike are looked at together.
    const nowMs = performance.now();
    for (const [name, waits] of waiting) this.#put(name, waits, nowMs);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #put(name: string, waits: readonly Wait[], nowMs: number): void {
    const isForConnections = waits.some(({ kind }) => kind === 'last-connection');
    const sinceMs = isForConnections ? (this.#entries.get(name)?.sinceMs ?? nowMs) : undefined;
    const waitedMs = nowMs - (sinceMs ?? nowMs);
    const dueAtMs = nowMs + Math.min(...waits.map((wait) => pauseMs(wait, waitedMs)));
    this.#entries.set(name, { dueAtMs, sinceMs });
    this.#wakeAt(dueAtMs);
  }

  #wakeAt(atMs: number): void {
    if (this.#closed || atMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = Math.max(atMs, performance.now() + TOGETHER_MS);
    this.#timer = setTimeout(() => this.#look(), this.#timerAtMs - performance.now());
  }

  #look(): void {
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    const nowMs = performance.now();
    const due: string[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [name, entry] of this.#entries) {
      if (entry.dueAtMs <= nowMs) {
        due.push(name);
        this.#entries.set(name, { ...entry, dueAtMs: Number.POSITIVE_INFINITY });
      } else nextMs = Math.min(nextMs, entry.dueAtMs);
    }
    this.#wakeAt(nextMs);
    if (due.length > 0) this.#options.onDue(due);
  }
}
