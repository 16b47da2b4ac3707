import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { messageOf, SluiceError } from '../kit/error.ts';

/** Files in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** CA of client certificates: with it every client must have one. */
  readonly clientCa: string | undefined;
}

const read = (flag: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SluiceError('SETTINGS', `${flag}: ${path} cannot be read: ${messageOf(error)}`, error);
  }
};

/** Where Node's TLS is given no CA it trusts all that the system trusts: whoever has bought a certificate would be let in. */
const readCa = (path: string): string => {
  const ca = read('--api-client-ca', path);
  try {
    new X509Certificate(ca);
  } catch (error) {
    throw new SluiceError('SETTINGS', `--api-client-ca: ${path} holds no certificate in PEM: ${messageOf(error)}`, error);
  }
  return ca;
};

/** What Node's TLS server needs of them. Throws a SluiceError SETTINGS when they cannot be used. */
export const tlsOptionsOf = ({ cert, key, clientCa }: TlsFiles): TlsOptions => {
  const options: TlsOptions = {
    cert: read('--api-tls-cert', cert),
    key: read('--api-tls-key', key),
    minVersion: 'TLSv1.2',
    ...(clientCa === undefined ? {} : { ca: readCa(clientCa), requestCert: true, rejectUnauthorized: true }),
  };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new SluiceError('SETTINGS', `--api-tls-cert ${cert}, --api-tls-key ${key}: they cannot be used: ${messageOf(error)}`, error);
  }
  return options;
};
