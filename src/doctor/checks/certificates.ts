import { createPrivateKey, X509Certificate } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../kit/error.ts';
import { type Check, fail, type Finding, ok, warn } from '../check.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 21;
const READABLE_BY_ALL = 0o004;

/** In a directory HAProxy leaves these out (configuration manual, `crt`): they belong to the certificate beside them. */
const RESERVED = /\.(key|issuer|ocsp|sctl)$|^\./;

const filesOf = async (path: string): Promise<readonly string[]> => {
  if (!(await stat(path)).isDirectory()) return [path];
  return (await readdir(path))
    .filter((name) => !RESERVED.test(name))
    .sort()
    .map((name) => join(path, name));
};

/** HAProxy takes the key from the same file, or from the one beside it with `.key` behind its name. */
const keyText = async (file: string, pem: string): Promise<string> =>
  /-----BEGIN (?:\w+ )*PRIVATE KEY-----/.test(pem) || !existsSync(`${file}.key`) ? pem : readFile(`${file}.key`, 'utf8');

const lifeOf = (file: string, certificate: X509Certificate): Finding => {
  const daysLeft = Math.floor((Date.parse(certificate.validTo) - Date.now()) / DAY_MS);
  const fix = `openssl x509 -in ${file} -noout -subject -dates   # put a new one in its place`;
  if (Date.parse(certificate.validFrom) > Date.now()) return fail(`${file} is not valid before ${certificate.validFrom}`, fix);
  if (daysLeft < 0) return fail(`${file} has expired: ${certificate.validTo}`, fix);
  if (daysLeft < SOON_DAYS) return warn(`${file} expires in ${daysLeft} days`, fix);
  return ok(`${file}: valid for ${daysLeft} days`);
};

const lookAt = async (file: string): Promise<Finding> => {
  try {
    const pem = await readFile(file, 'utf8');
    const certificate = new X509Certificate(pem);
    if (!certificate.checkPrivateKey(createPrivateKey(await keyText(file, pem))))
      return fail(
        `${file}: its key belongs to another certificate`,
        `openssl x509 -in ${file} -noout -pubkey; openssl pkey -in ${file} -pubout`,
      );
    const life = lifeOf(file, certificate);
    if (life.level === 'ok' && ((await stat(file)).mode & READABLE_BY_ALL) !== 0)
      return warn(`${file}: everybody can read its key`, `chmod 600 ${file}`);
    return life;
  } catch (error) {
    return fail(
      `${file} cannot be used: ${messageOf(error)}`,
      `openssl x509 -in ${file} -noout -text   # it must hold certificate and key, in PEM`,
    );
  }
};

const lookIn = async (path: string): Promise<readonly Finding[]> => {
  try {
    const files = await filesOf(path);
    if (files.length === 0) return [fail(`${path} holds no certificates`, `ls -la ${path}   # see --ssl-certs`)];
    return await Promise.all(files.map(lookAt));
  } catch (error) {
    return [fail(`${path} cannot be read: ${messageOf(error)}`, `ls -la ${path}   # see --ssl-certs`)];
  }
};

const ownFinding = async (path: string): Promise<Finding> => {
  if (!existsSync(path)) return ok(`a self-signed one will be made: ${path}`);
  const found = await lookAt(path);
  const isReadable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
  // One that can be read stops nobody: where it is cut another is made.
  return found.level === 'fail' && isReadable ? warn(found.message, `rm ${path}   # Sluice makes another at its next start`) : found;
};

export const certificates: Check = {
  name: 'certificates',
  find: async ({ settings }) => {
    if (!settings.bindHttpHttps) return [];
    if (settings.certificates.length > 0) return (await Promise.all(settings.certificates.map(lookIn))).flat();
    return [await ownFinding(join(settings.stateDir, 'self-signed.pem'))];
  },
};
