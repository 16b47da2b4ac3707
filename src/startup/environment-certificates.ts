import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, SluiceError } from '../kit/error.ts';
import { environmentCertificatesIn } from '../settings.ts';
import { makeFolder } from './make-folder.ts';

/** A certificate with its key in PEM, the variable of the environment that holds it, and how its file is named. */
export interface GivenCertificate {
  readonly variable: string;
  readonly pem: string;
  readonly file: string;
}

/** A certificate on disk, and the variable that it comes from. */
interface WrittenCertificate {
  readonly variable: string;
  readonly path: string;
}

const write = (path: string, pem: string): void => {
  if (existsSync(path) && readFileSync(path, 'utf8') === pem) return;
  // In one piece or not at all, and never readable for others.
  const next = `${path}.${randomBytes(3).toString('hex')}`;
  try {
    writeFileSync(next, pem, { mode: 0o600 });
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
};

/**
 * Writes certificates of the environment below the state directory, for their owner alone; those that it held and the environment does not are
 * gone. In the given order.
 * @throws SluiceError FILES
 */
export const writeCertificates = (given: readonly GivenCertificate[], stateDir: string): readonly WrittenCertificate[] => {
  const folder = environmentCertificatesIn(stateDir);
  const written = given.map(({ variable, pem, file }) => ({ variable, pem, path: join(folder, file) }));
  if (written.length === 0 && !existsSync(folder)) return [];
  try {
    makeFolder(stateDir, 0o700);
    makeFolder(folder, 0o700);
    const files = new Set(given.map(({ file }) => file));
    for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name), { recursive: true });
    for (const { path, pem } of written) write(path, pem);
  } catch (error) {
    const what = `the certificates of HAPROXY_SSL_CERT and its like cannot be written to ${folder}`;
    throw new SluiceError('FILES', `${what}: ${messageOf(error)}; give a --state-dir that can be written`, error);
  }
  return written.map(({ variable, path }) => ({ variable, path }));
};
