/** What ends a verb that people watch in a terminal: its closing too. `run` takes SIGHUP otherwise. */
export const TERMINAL_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals closer together are one wish: a terminal sends Ctrl-C to a program and to its parent, which passes it on. */
const ONE_WISH_MS = 500;
const ENDED_AT_ONCE = 130;

/** Resolves with the first of these signals. Another one, while things are being ended, ends the process at once; `leftBehind` says what that may leave. */
export const untilSignal = (signals: readonly NodeJS.Signals[], leftBehind?: string): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    let first: number | undefined;
    const take = (signal: NodeJS.Signals): void => {
      first ??= performance.now();
      resolve(signal);
      if (performance.now() - first < ONE_WISH_MS) return;
      console.error(`sluice: ended at once by a second ${signal}${leftBehind === undefined ? '' : `: ${leftBehind}`}`);
      process.exit(ENDED_AT_ONCE);
    };
    for (const signal of signals) process.on(signal, take);
  });
