/** Why the world failed us; stable, for machines and docs. */
type ErrorCode =
  | 'MARATHON_UNREACHABLE'
  | 'NOT_READ_YET'
  | 'MARATHON_REFUSED'
  | 'MARATHON_NONSENSE'
  | 'LOGIN_FAILED'
  | 'MESOS_UNREACHABLE'
  | 'MESOS_REFUSED'
  | 'MESOS_NONSENSE'
  | 'ZOOKEEPER'
  | 'HAPROXY_MISSING'
  | 'HAPROXY_REFUSED_CONFIG'
  | 'HAPROXY_CHECK_FAILED'
  | 'HAPROXY_NOT_RUNNING'
  | 'HAPROXY_SOCKET'
  | 'HAPROXY_RELOAD_FAILED'
  | 'BIND_TAKEN'
  | 'CREDENTIALS'
  | 'SETTINGS'
  | 'FILES'
  /** Somebody else wrote what was to be changed. */
  | 'CONFLICT'
  /** What was decided could not be written down, and is not in force. */
  | 'STORE'
  | 'TEMPLATE';

/** A failing world: thrown by what does I/O, caught in the loop or at the top of a verb. `message` says what, to what, why and what to do. */
export class SluiceError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SluiceError';
    this.code = code;
  }
}

/** The text of anything that was thrown, with its causes: 'connect failed: ECONNREFUSED'. */
export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.cause === undefined) return error.message;
  const cause = messageOf(error.cause);
  return error.message.includes(cause) ? error.message : `${error.message}: ${cause}`;
};

/** Of an error of the system: 'ENOENT'; '' of any other. */
export const systemCodeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** There is no such file. */
export const isMissing = (error: unknown): boolean => systemCodeOf(error) === 'ENOENT';
