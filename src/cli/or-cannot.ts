import { messageOf } from '../kit/error.ts';
import { EXIT, ExitError } from './exit-codes.ts';

/** Exit code 1 is for what was found wrong: a pipeline must not take what could not be looked at for that. @throws ExitError */
export const orCannot = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ExitError) throw error;
    throw new ExitError(EXIT.usage, messageOf(error));
  }
};
