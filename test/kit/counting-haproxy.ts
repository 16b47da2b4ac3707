import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { spawnSync } from 'node:child_process';
import { runFolder } from './haproxy.ts';

export interface CountingHaproxy {
  /** To be used in place of the program. */
  readonly binary: string;
  /** How often it was asked what it thinks of a configuration (`-c`). */
  readonly checks: () => number;
}

/** The same HAProxy, and how often it is run for a check. */
export const countingHaproxy = (t: TestContext, program: string): CountingHaproxy => {
  const folder = runFolder(t);
  const binary = join(folder, 'haproxy');
  const file = join(folder, 'checks');
  const path = program.includes('/') ? program : spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
  writeFileSync(binary, `#!/bin/sh\n[ "$1" = -c ] && echo >> ${file}\nexec ${path} "$@"\n`);
  chmodSync(binary, 0o755);
  return { binary, checks: () => (existsSync(file) ? readFileSync(file, 'utf8').length : 0) };
};
