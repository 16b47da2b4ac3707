import { bindKey } from '../desired/tables/listeners.ts';
import { BindTaken, checkBinds, type RefusedListener } from '../haproxy/bind-check.ts';

interface UnbindableOptions {
  /** They are others than before: bindKey -> reason. */
  readonly onChange: (reasons: ReadonlyMap<string, string>) => void;
  /** How often they are tried again. */
  readonly tryAgainMs?: number;
}

/** Listeners that this host cannot open: left out, and tried again now and then. */
export class Unbindable {
  readonly #options: UnbindableOptions;
  readonly #refused = new Map<string, RefusedListener>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: UnbindableOptions) {
    this.#options = options;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** False when none of them is new: then leaving them out does not help. */
  leaveOut(listeners: readonly RefusedListener[]): boolean {
    const fresh = listeners.filter((listener) => !this.#refused.has(bindKey(listener)));
    for (const listener of fresh) this.#refused.set(bindKey(listener), listener);
    if (fresh.length === 0) return false;
    this.#tell();
    this.#schedule();
    return true;
  }

  #tell(): void {
    this.#options.onChange(new Map([...this.#refused].map(([key, { reason }]) => [key, reason])));
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#tryAgain();
    }, this.#options.tryAgainMs ?? 15_000);
  }

  /** Tried by ourselves: a reload for nothing would cost every client. */
  async #tryAgain(): Promise<void> {
    const held = new Set(await this.#stillRefused());
    const free = [...this.#refused.keys()].filter((key) => !held.has(key));
    for (const key of free) this.#refused.delete(key);
    if (free.length > 0) this.#tell();
    if (this.#refused.size > 0) this.#schedule();
  }

  async #stillRefused(): Promise<readonly string[]> {
    try {
      await checkBinds([...this.#refused.values()], []);
      return [];
    } catch (error) {
      if (error instanceof BindTaken) return error.listeners.map(bindKey);
      throw error;
    }
  }
}
