/** What a worker says of itself in `show info`. */
export interface WorkerInfo {
  readonly pid: number;
  /** The hex digits of `description sluice-<hex>`; undefined: this config was not rendered by Sluice. */
  readonly fingerprint: string | undefined;
  /** It was replaced, and only finishes what it has. */
  readonly stopping: boolean;
}

const valueOf = (text: string, name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim();

/** Undefined: the text is not an answer to `show info`. */
export const parseInfo = (text: string): WorkerInfo | undefined => {
  const pid = valueOf(text, 'Pid');
  if (pid === undefined) return undefined;
  return {
    pid: Number(pid),
    fingerprint: /^sluice-([0-9a-f]+)$/.exec(valueOf(text, 'description') ?? '')?.[1],
    stopping: valueOf(text, 'Stopping') !== '0',
  };
};

/** Lines of logs that the worker could not write since it began; 0 where it does not say. */
export const parseDroppedLogs = (text: string): number => Number(valueOf(text, 'DroppedLogs') ?? 0);
