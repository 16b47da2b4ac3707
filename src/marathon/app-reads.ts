interface AppReadsOptions {
  /** Reads one app and hands it over; never throws. */
  read(appId: string): Promise<void>;
  /** More apps wait than it makes sense to read one by one: all that waited are left to a full read. */
  onTooMany(): void;
  readonly maxUnderWay: number;
  readonly maxWaiting: number;
  readonly spacingMs: number;
}

/**
 * Reads single apps after events. However many events there are, an app is read once at a time, and again only after a pause: the
 * first event after quiet is followed at once, a storm by a few reads a second.
 */
export class AppReads {
  readonly #options: AppReadsOptions;
  readonly #waiting = new Set<string>();
  /** Being read, or read a moment ago; true = something was heard of it meanwhile. */
  readonly #busy = new Map<string, boolean>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #underWay = 0;
  #isClosed = false;

  constructor(options: AppReadsOptions) {
    this.#options = options;
  }

  /** Asks for a read of the app that begins after this call. */
  request(appId: string): void {
    if (this.#isClosed) return;
    if (this.#busy.has(appId)) {
      this.#busy.set(appId, true);
      return;
    }
    this.#waiting.add(appId);
    this.#start();
    if (this.#waiting.size <= this.#options.maxWaiting) return;
    this.#waiting.clear();
    this.#options.onTooMany();
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting.clear();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #start(): void {
    for (const appId of this.#waiting) {
      if (this.#underWay >= this.#options.maxUnderWay) return;
      this.#waiting.delete(appId);
      void this.#run(appId);
    }
  }

  async #run(appId: string): Promise<void> {
    this.#busy.set(appId, false);
    this.#underWay += 1;
    await this.#options.read(appId);
    this.#underWay -= 1;
    if (this.#isClosed) return;
    this.#rest(appId);
    this.#start();
  }

  #rest(appId: string): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const isDirty = this.#busy.get(appId) === true;
      this.#busy.delete(appId);
      if (isDirty) this.request(appId);
    }, this.#options.spacingMs);
    this.#timers.add(timer);
  }
}
