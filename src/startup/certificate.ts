import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generate } from 'selfsigned';
import { messageOf, SluiceError } from '../kit/error.ts';
import { readSources } from '../certificates/source.ts';
import { type GivenCertificate, writeCertificates } from './environment-certificates.ts';
import { makeFolder } from './make-folder.ts';

const DAYS = 3650;

const make = async (path: string): Promise<void> => {
  const until = new Date(Date.now() + DAYS * 86_400_000);
  const { private: key, cert } = await generate([{ name: 'commonName', value: '*' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate: until,
  });
  // In one piece or not at all: one that was cut would stop HAProxy for good.
  const next = `${path}.${randomBytes(3).toString('hex')}`;
  try {
    writeFileSync(next, `${cert}\n${key}\n`, { mode: 0o600 });
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
};

const isWhole = (path: string): boolean => {
  if (!existsSync(path)) return false;
  const text = readFileSync(path, 'utf8');
  return ['CERTIFICATE', '(?:\\w+ )*PRIVATE KEY'].every((what) =>
    new RegExp(`-----BEGIN ${what}-----[^-]+-----END ${what}-----`).test(text),
  );
};

/** Throws where HAProxy could not begin with it. */
const assertUsable = async (path: string, from: string, give: string): Promise<void> => {
  const fail = (what: string): never => {
    throw new SluiceError('SETTINGS', `${from}: ${what}; ${give}`);
  };
  if (!existsSync(path)) fail(`${path} does not exist`);
  const sources = await readSources(path).catch((error: unknown) => fail(`${path} cannot be read: ${messageOf(error)}`));
  if (sources.length === 0) fail(`${path} holds no certificate`);
  for (const { path: file, wrong } of sources) if (wrong !== undefined) fail(`${file} cannot be used: ${wrong}`);
};

/**
 * Certificates for the https frontend: the operator's, on disk and in the environment, or a self-signed one (CN *, ten years) that is made once and
 * kept in the state directory.
 */
export const certificatesFor = async (
  given: readonly string[],
  stateDir: string,
  environment: readonly GivenCertificate[] = [],
): Promise<readonly string[]> => {
  const written = writeCertificates(environment, resolve(stateDir));
  const isWritten = (path: string): boolean => written.some((one) => one.path === path);
  for (const path of given)
    if (!isWritten(path)) await assertUsable(path, '--ssl-certs', 'give files or directories with certificate and key in PEM');
  for (const { path, variable } of written)
    await assertUsable(path, variable, 'give certificate and key in PEM, with \\n for each line break');
  const all = [...new Set([...given, ...written.map(({ path }) => path)])];
  if (all.length > 0) return all;
  const path = join(stateDir, 'self-signed.pem');
  try {
    makeFolder(stateDir, 0o700);
    if (!isWhole(path)) await make(path);
  } catch (error) {
    throw new SluiceError(
      'FILES',
      `the self-signed certificate ${path} cannot be written: ${messageOf(error)}; give --ssl-certs or a --state-dir that can be written`,
      error,
    );
  }
  return [path];
};
