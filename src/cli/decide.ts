import { AnswerError, ask, type AskOptions, type Target } from './client.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { who } from './who.ts';

/** What was decided, and is written; `notYet`: why HAProxy of the Sluice that was asked has it not. */
export interface Answered {
  readonly notYet?: string;
}

/** Flags of every verb that decides something. */
export interface DecideFlags {
  readonly reason?: string;
}

const NOT_UNDERSTOOD = 400;
/** Another one wrote, or a rollout of the group runs; and what Sluice does not do. */
const REFUSED: readonly number[] = [409, 422];

const toExit = (error: unknown): unknown => {
  if (!(error instanceof AnswerError)) return error;
  if (error.status === NOT_UNDERSTOOD) return new ExitError(EXIT.usage, error.message);
  return REFUSED.includes(error.status) ? new ExitError(EXIT.refused, `refused: ${error.message}`) : error;
};

/** @throws ExitError: `refused` where Sluice does not do it, `usage` where it does not understand, `failed` where there is no such thing */
export const decide = async <T extends Answered>(
  target: Target,
  method: NonNullable<AskOptions['method']>,
  path: string,
  { reason }: DecideFlags,
  body: object = {},
): Promise<T> => {
  const signed = { ...body, by: who(), ...(reason === undefined ? {} : { reason }) };
  try {
    return await ask<T>(target, path, signed, { method });
  } catch (error) {
    throw toExit(error);
  }
};

/** A verb that ends with 0 has done it. @throws ExitError `failed` */
export const mustBeInForce = ({ notYet }: Answered): void => {
  if (notYet !== undefined) throw new ExitError(EXIT.failed, `it is written, and will be in force, but is not here yet: ${notYet}`);
};

export const DECIDE_CODES =
  'Exit codes: 0 it is in force, 1 there is no such thing, or it is not in force yet, 2 the command line is wrong, 3 no Sluice answers, 5 refused: nothing was changed';
