import { execa } from 'execa';
import { SluiceError } from '../kit/error.ts';
import { environmentOfHaproxy } from './environment.ts';
import { ConfigRefused, parseDiagnostics, type Diagnostic } from './diagnostics.ts';

const CHECK_LIMIT_MS = 60_000;
/** HAProxy did not come to the end of its check in time. No verdict: the host may be overloaded. */
export class CheckEndless extends SluiceError {
  constructor(message: string) {
    super('HAPROXY_CHECK_FAILED', message);
  }
}

/** A configuration that HAProxy dies of is none that it takes. Other signals come from outside. */
const CRASHES: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGTRAP']);

/**
 * `haproxy -c` of a file, or of all in a folder that end in '.cfg', in order of their names. Returns warnings; throws ConfigRefused, CheckEndless.
 * It does not see a port that is taken: see bind-check.ts.
 */
export const checkConfig = async (
  binary: string,
  config: string,
  hurry?: AbortSignal,
  limitMs = CHECK_LIMIT_MS,
): Promise<readonly Diagnostic[]> => {
  const result = await execa(binary, ['-c', '-f', config], {
    ...{ reject: false, all: true, env: environmentOfHaproxy(), extendEnv: false, stdin: 'ignore', timeout: limitMs },
    ...(hurry === undefined ? {} : { cancelSignal: hurry }),
  });
  if (result.signal !== undefined && CRASHES.has(result.signal)) {
    const message = `HAProxy was ended by ${result.signal} as it read it`;
    throw new ConfigRefused([...parseDiagnostics(result.all), { severity: 'alert', message }], result.all);
  }
  if (result.timedOut) {
    const message = `'${binary} -c' did not end within ${limitMs / 1000} s and was stopped: this host is overloaded, or HAProxy waits for a name server`;
    throw new CheckEndless(`${message}; what serves goes on, and it is tried again`);
  }
  if (result.exitCode === undefined) {
    throw new SluiceError('HAPROXY_MISSING', `'${binary} -c' could not be run to its end: ${result.shortMessage}`);
  }
  const diagnostics = parseDiagnostics(result.all);
  // 2: valid, but nothing to listen on: HAProxy would not start with it.
  if (result.exitCode !== 0) throw new ConfigRefused(diagnostics, result.all);
  return diagnostics;
};
