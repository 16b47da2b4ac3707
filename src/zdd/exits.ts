/** Exit codes of `sluice zdd`: those of Marathon-LB's zdd.py. */
export const ZDD_EXIT = {
  ok: 0,
  /** A question was answered with no. */
  declined: 1,
  /** Whatever has no number of its own: the command line, the hook, a deployment that waits for --resume. */
  failed: 2,
  arguments: 3,
  field: 4,
  balancer: 5,
  read: 6,
  create: 7,
  remove: 8,
  /** Instances could not be added, or tasks not be killed. */
  scale: 9,
  /** A signal: both apps may be there, and --resume goes on. */
  stopped: 130,
} as const;

/** Ends the verb with an exit code, and says what happened and what to do. */
export class ZddError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
