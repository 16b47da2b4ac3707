import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { messageOf, SluiceError } from '../kit/error.ts';

const DAYS = 3650;

const make = async (path: string): Promise<void> => {
  const until = new Date(Date.now() + DAYS * 86_400_000);
  const { private: key, cert } = await generate([{ name: 'commonName', value: '*' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate: until,
  });
  writeFileSync(path, `${cert}\n${key}\n`, { mode: 0o600 });
};

/** Certificates for the https frontend: the operator's, or a self-signed one (CN *, ten years) that is made once and kept in the state directory. */
export const certificatesFor = async (given: readonly string[], stateDir: string): Promise<readonly string[]> => {
  const missing = given.find((path) => !existsSync(path));
  if (missing !== undefined)
    throw new SluiceError('SETTINGS', `--ssl-certs: ${missing} does not exist; give files or directories with certificate and key in PEM`);
  if (given.length > 0) return given;
  const path = join(stateDir, 'self-signed.pem');
  try {
    mkdirSync(stateDir, { recursive: true });
    if (!existsSync(path)) await make(path);
  } catch (error) {
    throw new SluiceError(
      'FILES',
      `the self-signed certificate ${path} cannot be written: ${messageOf(error)}; give --ssl-certs or a --state-dir that can be written`,
      error,
    );
  }
  return [path];
};
