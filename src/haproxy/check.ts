import { execa } from 'execa';
import { SluiceError } from '../kit/error.ts';
import { ConfigRefused, parseDiagnostics, type Diagnostic } from './diagnostics.ts';

const CHECK_LIMIT_MS = 60_000;

/** `haproxy -c`. Returns warnings; throws ConfigRefused. It does not see a port that is taken: see bind-check.ts. */
export const checkConfig = async (binary: string, configFile: string, hurry?: AbortSignal): Promise<readonly Diagnostic[]> => {
  const result = await execa(binary, ['-c', '-f', configFile], {
    ...{ reject: false, all: true, stdin: 'ignore', timeout: CHECK_LIMIT_MS },
    ...(hurry === undefined ? {} : { cancelSignal: hurry }),
  });
  if (result.exitCode === undefined) {
    throw new SluiceError('HAPROXY_MISSING', `'${binary} -c' could not be run to its end: ${result.shortMessage}`);
  }
  const diagnostics = parseDiagnostics(result.all);
  // 2: valid, but nothing to listen on: HAProxy would not start with it.
  if (result.exitCode !== 0) throw new ConfigRefused(diagnostics, result.all);
  return diagnostics;
};
