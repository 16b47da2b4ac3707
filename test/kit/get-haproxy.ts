// node test/kit/get-haproxy.ts [SUITE...]     default: trixie
// Puts the HAProxy of other Debian suites into build/haproxy-SUITE, to test with: unpacked beside its own C library, nothing installed, nothing of
// the host's apt changed. Exit code 1, with the reason, where that is not possible (no Debian, no mirror). Takes about 20 seconds a suite.
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../src/kit/error.ts';

const root = fileURLToPath(new URL('../../build', import.meta.url));
const SOURCES = '/etc/apt/sources.list.d/debian.sources';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What `haproxy` needs and the host may have too old. The names of one library differ between suites: those that exist are taken. */
const WANTED =
  /^(?:haproxy|libc6|libcrypt1|libjemalloc2|liblua5\.4-0|libopentracing\S*|libpcre2-8-0|libssl3t64|libssl4|libstdc\+\+6|libgcc-s1|gcc-1\d-base|zlib1g|libzstd1|libsystemd0|libcap2|libxxhash0)$/;

const mirror = async (): Promise<string> => {
  const text = existsSync(SOURCES) ? await readFile(SOURCES, 'utf8') : '';
  return /^URIs:\s*(\S+)/m.exec(text)?.[1] ?? 'http://deb.debian.org/debian';
};

/** Options that keep apt's state in `directory`. */
const privateApt = async (directory: string, suite: string): Promise<readonly string[]> => {
  const sources = join(directory, 'sources.d');
  for (const path of ['sources.d', 'lists/partial', 'cache/archives/partial', 'preferences.d'])
    await mkdir(join(directory, path), { recursive: true });
  await writeFile(
    join(sources, 'suite.sources'),
    `Types: deb\nURIs: ${await mirror()}\nSuites: ${suite}${suite === 'experimental' ? ' sid' : ''}\nComponents: main\nSigned-By: ${KEYRING}\n`,
  );
  const settings = {
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': sources,
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': join(directory, 'preferences.d'),
    'Dir::State::Lists': join(directory, 'lists'),
    // Nothing counts as installed: of each library the suite's version is taken.
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(directory, 'cache'),
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
};

/** Names of HAProxy's dependencies, itself included, that are to be unpacked. */
const dependencies = async (apt: readonly string[], suite: string): Promise<readonly string[]> => {
  const flags = ['--recurse', '--no-recommends', '--no-suggests', '--no-conflicts', '--no-breaks', '--no-replaces', '--no-enhances'];
  const { stdout } = await execa('apt-cache', [...apt, '-o', `APT::Default-Release=${suite}`, 'depends', ...flags, 'haproxy']);
  return [...new Set(stdout.split('\n').filter((line) => WANTED.test(line)))];
};

/** On reload the master starts `argv[0]` again: that must be this launcher, not the bare program, which the host's C library cannot run. */
const launcher = (directory: string, libraries: string, loader: string): string =>
  `#!/bin/sh\nexec ${join(libraries, loader)} --argv0 "$0" --library-path ${libraries} ${join(directory, 'root/usr/sbin/haproxy')} "$@"\n`;

const unpack = async (directory: string, suite: string): Promise<void> => {
  const apt = await privateApt(join(directory, 'apt'), suite);
  await execa('apt-get', [...apt, '-qq', 'update'], { timeout: 120_000 });
  const names = await dependencies(apt, suite);
  const debs = join(directory, 'debs');
  await mkdir(debs);
  await execa('apt-get', [...apt, '-qq', 'download', ...names.map((name) => (name === 'haproxy' ? `haproxy/${suite}` : name))], {
    cwd: debs,
    timeout: 300_000,
  });
  for (const deb of await readdir(debs)) await execa('dpkg', ['-x', join(debs, deb), join(directory, 'root')]);
  for (const done of ['apt', 'debs']) await rm(join(directory, done), { recursive: true });
};

const writeLauncher = async (directory: string, finalDirectory: string): Promise<void> => {
  const lib = (await readdir(join(directory, 'root/usr/lib'))).find((name) => name.endsWith('-linux-gnu'));
  const loader =
    lib === undefined ? undefined : (await readdir(join(directory, 'root/usr/lib', lib))).find((name) => name.startsWith('ld-linux-'));
  if (lib === undefined || loader === undefined) throw new Error('there is no loader in the package libc6');
  await writeFile(join(directory, 'haproxy'), launcher(finalDirectory, join(finalDirectory, 'root/usr/lib', lib), loader));
  await chmod(join(directory, 'haproxy'), 0o755);
};

/** Path of the program. Done once: a directory that is there is taken as it is. */
export const getHaproxy = async (suite: string): Promise<string> => {
  const directory = join(root, `haproxy-${suite}`);
  if (existsSync(directory)) return join(directory, 'haproxy');
  const draft = `${directory}.${process.pid}`;
  try {
    await mkdir(draft, { recursive: true });
    await unpack(draft, suite);
    await writeLauncher(draft, directory);
    await rename(draft, directory);
    const { stdout } = await execa(join(directory, 'haproxy'), ['-v']);
    console.log(`${suite}: ${stdout.split('\n')[0] ?? ''}`);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return join(directory, 'haproxy');
};

if (import.meta.main) {
  const suites = process.argv.slice(2);
  for (const suite of suites.length === 0 ? ['trixie'] : suites) {
    await getHaproxy(suite).catch((error: unknown) => {
      console.error(`no HAProxy of ${suite}: ${messageOf(error)}`);
      process.exitCode = 1;
    });
  }
}
