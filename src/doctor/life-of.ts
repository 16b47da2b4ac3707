import type { X509Certificate } from 'node:crypto';
import { fail, type Finding, ok, warn } from './check.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 21;

/** For how long a certificate may be shown still. @param from what openssl is to read it from */
export const lifeOf = (name: string, certificate: X509Certificate, from = `-in ${name}`): Finding => {
  const daysLeft = Math.floor((Date.parse(certificate.validTo) - Date.now()) / DAY_MS);
  const fix = `openssl x509 ${from} -noout -subject -dates   # put a new one in its place`;
  if (Date.parse(certificate.validFrom) > Date.now()) return fail(`${name} is not valid before ${certificate.validFrom}`, fix);
  if (daysLeft < 0) return fail(`${name} has expired: ${certificate.validTo}`, fix);
  if (daysLeft < SOON_DAYS) return warn(`${name} expires in ${daysLeft} days`, fix);
  return ok(`${name}: valid for ${daysLeft} days`);
};
