/** What ends a verb that people watch in a terminal: its closing too. `run` takes SIGHUP otherwise. */
export const TERMINAL_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the first of these signals. One that follows while things are being ended is ignored: ending has limits of its own. */
export const untilSignal = (signals: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of signals) process.on(signal, resolve);
  });
