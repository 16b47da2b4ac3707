import { messageOf, SluiceError } from '../kit/error.ts';

/** An answer that is no answer to the question. @param url without credentials */
export const statusError = (status: number, url: string): SluiceError => {
  if (status === 401) {
    return new SluiceError(
      'MARATHON_REFUSED',
      `Marathon at ${url} answered 401: user or password is missing or wrong, or the login is not for it.`,
    );
  }
  if (status === 403) {
    return new SluiceError('MARATHON_REFUSED', `Marathon at ${url} answered 403: this user may not read it; give it the right to view.`);
  }
  if (status >= 500) {
    return new SluiceError(
      'MARATHON_UNREACHABLE',
      `Marathon at ${url} answered ${status}: it is not ready or has no leader; trying again.`,
    );
  }
  return new SluiceError('MARATHON_NONSENSE', `Marathon at ${url} answered ${status}: check that this is Marathon's base URL.`);
};

/** What is not Marathon's answer, though the status says so. */
export const nonsense = (url: string, what: string, cause?: unknown): SluiceError =>
  new SluiceError('MARATHON_NONSENSE', `${url} ${what}: check that this is Marathon, and what stands between.`, cause);

/** It says nothing, and may do so for ever; who refuses or is wrong is at least there. */
export class TimedOut extends SluiceError {
  constructor(url: string, what: string, limitMs: number) {
    super('MARATHON_UNREACHABLE', `Marathon at ${url} ${what} within ${limitMs / 1000} s.`);
  }
}

/** Whatever was thrown on the way, as an error of the house. */
export const asFailure = (url: string, error: unknown): SluiceError =>
  error instanceof SluiceError
    ? error
    : new SluiceError('MARATHON_UNREACHABLE', `Marathon at ${url} cannot be reached: ${messageOf(error)}.`, error);
