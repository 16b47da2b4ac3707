/** Milliseconds of the system's monotonic clock: the same in all processes, unlike performance.now(). */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
