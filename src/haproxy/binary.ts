import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { SluiceError } from '../kit/error.ts';
import { environmentOfHaproxy } from './environment.ts';

const OLDEST = { major: 2, minor: 6 };
const INSTALL = 'apt-get update && apt-get install -y --no-install-recommends haproxy';

/** A HAProxy that is new enough. */
export interface Binary {
  readonly path: string;
  /** First line of `haproxy -v`. */
  readonly version: string;
  /** Differs when the file was replaced. */
  readonly identity: string;
}

const find = async (name: string): Promise<string> => {
  const places = name.includes('/') ? [name] : (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, name));
  for (const place of [...places, ...(name.includes('/') ? [] : [join('/usr/sbin', name)])]) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  throw new SluiceError('HAPROXY_MISSING', `there is no HAProxy at '${name}'; install it with: ${INSTALL}`);
};

const assertNewEnough = (version: string, path: string): void => {
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(version) ?? [];
  const isOld = Number(major) < OLDEST.major || (Number(major) === OLDEST.major && Number(minor) < OLDEST.minor);
  if (major === undefined || isOld) {
    throw new SluiceError(
      'HAPROXY_MISSING',
      `${path} is '${version}': HAProxy 2.6 or later is needed; Debian 12 and later have one: ${INSTALL}`,
    );
  }
};

/** Differs when the file was replaced; undefined: there is none. */
export const identityOfFile = async (path: string): Promise<string | undefined> => {
  try {
    const file = await realpath(path);
    const { ino, mtimeMs, size } = await stat(file);
    return `${file} ${ino} ${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
};

/** @param name path, or a name to look for in PATH and /usr/sbin. Throws SluiceError HAPROXY_MISSING with what to do. */
export const findBinary = async (name: string): Promise<Binary> => {
  const path = await find(name);
  const result = await execa(path, ['-v'], {
    ...{ reject: false, stdin: 'ignore', timeout: 10_000 },
    ...{ env: environmentOfHaproxy(), extendEnv: false },
  });
  const version = (result.stdout.split('\n')[0] ?? '').trim();
  assertNewEnough(version, path);
  return { path, version, identity: (await identityOfFile(path)) ?? '' };
};
