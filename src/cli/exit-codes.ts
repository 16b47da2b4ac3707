/** Exit codes of every verb; see docs/cli.md. */
export const EXIT = {
  ok: 0,
  /** What was asked for failed, or is not so. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** No Sluice answers. */
  unreachable: 3,
  /** A rollout has ended without the new app: a gate failed, or somebody took it back. */
  aborted: 4,
  /** Sluice does not do it, and says why. Nothing was changed. */
  refused: 5,
  /** A rollout has ended without the new app: it was not healthy in time. */
  timedOut: 6,
  /** A rollout cannot be followed any more: what became of it is not known. */
  lost: 7,
  /** Ended by a signal before what it waited for. */
  signalled: 130,
} as const;

/** Ends a verb with an exit code and, unless empty, a message for stderr. */
export class ExitError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
