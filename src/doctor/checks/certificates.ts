import { createPrivateKey, X509Certificate } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { messageOf } from '../../kit/error.ts';
import { environmentCertificatesIn } from '../../settings.ts';
import { type CertificateSource, readSources } from '../../certificates/source.ts';
import { type Check, fail, type Finding, ok, warn } from '../check.ts';
import { lifeOf } from '../life-of.ts';

const READABLE_BY_ALL = 0o004;

const lookAt = async ({ path, files, wrong }: CertificateSource): Promise<Finding> => {
  if (wrong !== undefined)
    return fail(`${path} cannot be used: ${wrong}`, `openssl x509 -in ${path} -noout -text; openssl pkey -in ${path} -check -noout`);
  const life = lifeOf(path, new X509Certificate(files.get(basename(path)) ?? ''));
  const isOpen = life.level === 'ok' && ((await stat(path)).mode & READABLE_BY_ALL) !== 0;
  return isOpen ? warn(`${path}: everybody can read its key`, `chmod 600 ${path}`) : life;
};

const lookIn = async (path: string): Promise<readonly Finding[]> => {
  const fix = `ls -la ${path}   # see --ssl-certs`;
  try {
    const sources = await readSources(path);
    return sources.length === 0 ? [fail(`${path} holds no certificates`, fix)] : await Promise.all(sources.map(lookAt));
  } catch (error) {
    return [fail(`${path} cannot be read: ${messageOf(error)}`, fix)];
  }
};

/** A variable that holds a certificate with its key. */
const inVariable = ({ variable, pem }: { readonly variable: string; readonly pem: string }): Finding => {
  const from = `<<<"$(printf '%b' "$${variable}")"`;
  try {
    const certificate = new X509Certificate(pem);
    if (certificate.checkPrivateKey(createPrivateKey(pem))) return lifeOf(variable, certificate, from);
    return fail(`${variable} cannot be used: its key belongs to another certificate`, `openssl x509 ${from} -noout -text`);
  } catch (error) {
    const wrong = `it does not hold a certificate and its key in PEM: ${messageOf(error)}`;
    return fail(`${variable} cannot be used: ${wrong}`, `openssl x509 ${from} -noout -text`);
  }
};

const ownFinding = async (path: string): Promise<Finding> => {
  if (!existsSync(path)) return ok(`a self-signed one will be made: ${path}`);
  const [found = fail(`${path} is gone`, `ls -la ${path}`)] = await lookIn(path);
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
    // Those of the environment are files only once Sluice has begun.
    const folder = environmentCertificatesIn(resolve(settings.stateDir));
    const onDisk = settings.certificates.filter((path) => !path.startsWith(`${folder}/`));
    const given = [...(await Promise.all(onDisk.map(lookIn))).flat(), ...settings.environment.certificates.map(inVariable)];
    return given.length > 0 ? given : [await ownFinding(join(settings.stateDir, 'self-signed.pem'))];
  },
};
