/** One candidate being asked. */
export interface Attempt {
  /** Aborted when another candidate was first, or nobody wants an answer any more. */
  readonly signal: AbortSignal;
  /** It has begun to answer: nobody else is asked because of its silence. */
  readonly begins: () => void;
}

interface Asking<C, T> {
  readonly ask: (candidate: C, attempt: Attempt) => Promise<T>;
  /** How long a candidate may be silent before the next one is asked as well; Infinity: until it has failed. */
  readonly patienceMs: (candidate: C) => number;
}

/**
 * Asks candidates in order, the next when the one before failed or says nothing. The first that succeeds counts, the others are aborted.
 * @throws AggregateError with the error of each candidate in order when all failed; the signal's reason when it is aborted
 */
export const firstOf = async <C, T>(candidates: readonly C[], { ask, patienceMs }: Asking<C, T>, signal: AbortSignal): Promise<T> => {
  const over = new AbortController();
  const errors: unknown[] = [];
  let begun = 0;
  let failed = 0;
  let silence: NodeJS.Timeout | undefined;
  const found = new Promise<T>((resolve, reject) => {
    const failedAt = (place: number, error: unknown): void => {
      errors[place] = error;
      failed += 1;
      if (signal.aborted) reject(signal.reason as Error);
      else if (failed === candidates.length) reject(new AggregateError(errors, 'each one failed'));
      // One that was given up for its silence has been followed by the next already.
      else if (place === begun - 1) beginNext();
    };
    const beginNext = (): void => {
      clearTimeout(silence);
      const candidate = candidates[begun];
      if (candidate === undefined || over.signal.aborted) return;
      const place = begun;
      begun += 1;
      const limitMs = patienceMs(candidate);
      const mine = limitMs === Infinity ? undefined : setTimeout(beginNext, limitMs);
      silence = mine;
      const attempt = { signal: AbortSignal.any([signal, over.signal]), begins: () => clearTimeout(mine) };
      ask(candidate, attempt).then(resolve, (error: unknown) => failedAt(place, error));
    };
    beginNext();
  });
  try {
    return await found;
  } finally {
    clearTimeout(silence);
    over.abort();
  }
};
