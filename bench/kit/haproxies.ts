import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SluiceError } from '../../src/kit/error.ts';

export interface HaproxyUnderTest {
  readonly binary: string;
  /** '2.6.12-1+deb12u4'. */
  readonly version: string;
}

const BUILD = fileURLToPath(new URL('../../build', import.meta.url));

const versionOf = (binary: string): string | undefined =>
  /version (\S+)/.exec(spawnSync(binary, ['-v'], { encoding: 'utf8', timeout: 10_000 }).stdout)?.[1];

const asked = (binary: string): HaproxyUnderTest => {
  const version = versionOf(binary);
  if (version === undefined) throw new SluiceError('HAPROXY_MISSING', `${binary} is not a HAProxy that runs; give --haproxy PATH`);
  return { binary, version };
};

/** The one that was asked for; else the default one, and each other version below build/. */
export const findHaproxies = (only: string | undefined): readonly HaproxyUnderTest[] => {
  if (only !== undefined) return [asked(only)];
  const found = [asked(process.env['SLUICE_HAPROXY'] ?? 'haproxy')];
  const fetched = globSync(['haproxy-*/haproxy', 'haproxy-*/bin/haproxy'], { cwd: BUILD }).map((path) => `${BUILD}/${path}`);
  for (const binary of fetched.filter((path) => existsSync(path)).sort()) {
    const version = versionOf(binary);
    if (version !== undefined && !found.some((known) => known.version === version)) found.push({ binary, version });
  }
  return found.sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
};
