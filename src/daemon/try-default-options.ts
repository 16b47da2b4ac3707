import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary } from '../haproxy/binary.ts';
import { checkConfig } from '../haproxy/check.ts';
import { ConfigRefused } from '../haproxy/diagnostics.ts';
import { SluiceError } from '../kit/error.ts';
import type { Settings } from '../settings.ts';

/** Nothing is listened on: it is only read. */
const configWith = (options: readonly string[]): string =>
  ['defaults', '  mode http', '  timeout connect 1s', '  timeout client 1s', '  timeout server 1s']
    .concat(options.map((option) => `  option ${option}`))
    .concat('listen options', '  bind 127.0.0.1:1', '')
    .join('\n');

/**
 * Asks HAProxy whether it has the options that HAPROXY_GLOBAL_DEFAULT_OPTIONS names: with one that it does not have it would refuse every configuration.
 * @throws SluiceError SETTINGS with HAProxy's words
 */
export const tryDefaultOptions = async ({ haproxy, runDir, environment }: Settings): Promise<void> => {
  const { defaultOptions } = environment;
  if (defaultOptions === undefined) return;
  const file = join(runDir, 'options.cfg');
  try {
    writeFileSync(file, configWith(defaultOptions), { mode: 0o600 });
    await checkConfig((await findBinary(haproxy)).path, file);
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error;
    const said = error.diagnostics.filter(({ severity }) => severity === 'alert').map(({ message }) => message);
    throw new SluiceError('SETTINGS', `HAPROXY_GLOBAL_DEFAULT_OPTIONS: HAProxy refuses what it names: ${said.join('; ')}`);
  } finally {
    rmSync(file, { force: true });
  }
};
