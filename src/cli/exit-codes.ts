/** Exit codes of every verb; see docs/cli.md. */
export const EXIT = {
  ok: 0,
  /** What was asked for failed, or is not so. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** No Sluice answers. */
  unreachable: 3,
  /** Sluice does not do it, and says why. Nothing was changed. */
  refused: 5,
} as const;

/** Ends a verb with an exit code and, unless empty, a message for stderr. */
export class ExitError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
