import { messageOf, SluiceError } from '../../kit/error.ts';

/** What is not a master's answer, though the status says so. */
export const nonsense = (url: string, what: string, cause?: unknown): SluiceError =>
  new SluiceError('MESOS_NONSENSE', `${url} ${what}: check that this is a master of Mesos, and what stands between.`, cause);

export const tooLate = (url: string, what: string, limitMs: number): SluiceError =>
  new SluiceError('MESOS_UNREACHABLE', `the master at ${url} ${what} within ${limitMs / 1000} s.`);

/** An answer that is no answer to the question. */
export const statusError = (status: number, url: string): SluiceError => {
  if (status === 401 || status === 403) {
    const because = status === 401 ? 'the credentials are missing or wrong' : 'this principal may not see that';
    return new SluiceError('MESOS_REFUSED', `the master at ${url} answered ${status}: ${because}.`);
  }
  if (status >= 500)
    return new SluiceError(
      'MESOS_UNREACHABLE',
      `the master at ${url} answered ${status}: it is not ready, or knows no leader; trying again.`,
    );
  return nonsense(url, `answered ${status}`);
};

/** Whatever was thrown on the way, as an error of the house. */
export const asFailure = (url: string, error: unknown): SluiceError =>
  error instanceof SluiceError
    ? error
    : new SluiceError('MESOS_UNREACHABLE', `the master at ${url} cannot be reached: ${messageOf(error)}.`, error);

/** One line of what each of several masters came to; the same twice tells nothing. */
export const allFailed = (errors: readonly SluiceError[]): SluiceError => {
  const said = [...new Set(errors.map(messageOf))].join(' ');
  return new SluiceError(errors.at(-1)?.code ?? 'MESOS_UNREACHABLE', said, errors[0]?.cause);
};
