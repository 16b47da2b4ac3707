/** Resolves with the first SIGINT or SIGTERM. One that follows while things are being ended is ignored: ending has limits of its own. */
export const untilSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    process.on('SIGINT', resolve);
    process.on('SIGTERM', resolve);
  });
