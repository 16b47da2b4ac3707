// node test/kit/get-base-image.ts
// Puts the root of a slim Debian 12 into build/container/debian-12.tar, for the test of the image, which has no registry to take it from. By debootstrap,
// from the mirror that this machine uses. Exit code 1, with the reason, where that is not possible. Takes about a minute, once.
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../src/kit/error.ts';

const SUITE = 'bookworm';
const SOURCES = '/etc/apt/sources.list.d/debian.sources';

/** Where the base is when it was made. */
export const BASE_TAR = fileURLToPath(new URL('../../build/container/debian-12.tar', import.meta.url));

/** What debian:12-slim leaves out, now and when packages are added. */
const LEFT_OUT = ['doc', 'info', 'lintian', 'linda', 'locale', 'man'].map((name) => `/usr/share/${name}`);

const textOf = async (path: string): Promise<string> => (existsSync(path) ? readFile(path, 'utf8') : '');

const mirror = async (): Promise<string> => /^URIs:\s*(\S+)/m.exec(await textOf(SOURCES))?.[1] ?? 'http://deb.debian.org/debian';

/** So that apt in the image asks whom it asks on this machine. */
const copyAptSettings = async (root: string): Promise<void> => {
  const sources = await textOf(SOURCES);
  if (new RegExp(`^Suites:.*\\b${SUITE}\\b`, 'm').test(sources)) {
    await rm(join(root, 'etc/apt/sources.list'), { force: true });
    await writeFile(join(root, 'etc/apt/sources.list.d/debian.sources'), sources);
  }
  const { stdout } = await execa('apt-config', ['dump', '--no-empty', '--format', '%f "%v";%n', 'Acquire']);
  // Indexes that other programs of this machine want are not for the image.
  const settings = stdout.split('\n').filter((line) => !line.startsWith('Acquire::IndexTargets::'));
  await writeFile(join(root, 'etc/apt/apt.conf.d/99host'), `${settings.join('\n')}\n`);
};

const makeSlim = async (root: string): Promise<void> => {
  await writeFile(join(root, 'etc/dpkg/dpkg.cfg.d/slim'), LEFT_OUT.map((path) => `path-exclude ${path}/*\n`).join(''));
  for (const path of [...LEFT_OUT, '/var/cache/apt', '/var/lib/apt/lists', '/var/log']) {
    for (const name of existsSync(join(root, path)) ? await readdir(join(root, path)) : [])
      await rm(join(root, path, name), { recursive: true, force: true });
  }
};

/** Path of the tar file. Done once: one that is there is taken as it is. */
export const getBaseImage = async (): Promise<string> => {
  if (existsSync(BASE_TAR)) return BASE_TAR;
  const draft = await mkdtemp(join(tmpdir(), 'sluice-base-'));
  try {
    const root = join(draft, 'root');
    await execa('debootstrap', ['--variant=minbase', '--include=ca-certificates', SUITE, root, await mirror()], { timeout: 300_000 });
    await copyAptSettings(root);
    await makeSlim(root);
    const tar = join(draft, 'base.tar');
    await execa('tar', ['--numeric-owner', '-C', root, '-cf', tar, '.']);
    await mkdir(dirname(BASE_TAR), { recursive: true });
    // Beside it first: a tar that is half there would be taken for a whole one.
    await cp(tar, `${BASE_TAR}.${process.pid}`);
    await rename(`${BASE_TAR}.${process.pid}`, BASE_TAR);
    return BASE_TAR;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

if (import.meta.main) {
  await getBaseImage().then(
    (path) => console.log(path),
    (error: unknown) => {
      console.error(`no base image: ${messageOf(error)}`);
      process.exitCode = 1;
    },
  );
}
