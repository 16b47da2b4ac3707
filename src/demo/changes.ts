/** Wakes who waits for something to become true of one app or pod, without asking everybody at every change. */
export class Changes {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Tells that something about this app or pod has changed. */
  wake(specId: string): void {
    for (const check of [...(this.#waiting.get(specId) ?? [])]) check();
  }

  /** Waits for the next change, whatever it is. @throws the signal's reason when it aborts first */
  async next(specId: string, signal: AbortSignal): Promise<void> {
    let asked = 0;
    await this.until(specId, () => asked++ > 0, signal);
  }

  /** @param isTrue must change nothing: it is asked in the middle of changes @throws the signal's reason when it aborts first */
  async until(specId: string, isTrue: () => boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (isTrue()) return;
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void): void => {
        this.#waiting.get(specId)?.delete(check);
        if (this.#waiting.get(specId)?.size === 0) this.#waiting.delete(specId);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const check = (): void => {
        if (isTrue()) end(resolve);
      };
      const abort = (): void => end(() => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted')));
      const waiting = this.#waiting.get(specId) ?? new Set();
      this.#waiting.set(specId, waiting.add(check));
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}
