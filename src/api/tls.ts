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

/** What Node's TLS server needs of them. Throws a SluiceError SETTINGS when they cannot be used. */
export const tlsOptionsOf = ({ cert, key, clientCa }: TlsFiles): TlsOptions => {
  const options: TlsOptions = {
    cert: read('--api-tls-cert', cert),
    key: read('--api-tls-key', key),
    minVersion: 'TLSv1.2',
    ...(clientCa === undefined ? {} : { ca: read('--api-client-ca', clientCa), requestCert: true, rejectUnauthorized: true }),
  };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new SluiceError('SETTINGS', `--api-tls-cert ${cert}, --api-tls-key ${key}: they cannot be used: ${messageOf(error)}`, error);
  }
  return options;
};
