import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

/** A self-signed certificate. */
export interface Pem {
  readonly cert: string;
  readonly key: string;
  /** Both, as HAProxy wants them in one file. */
  readonly both: string;
  /** SHA-256, as clients see it. */
  readonly fingerprint: string;
}

/** `weak`: of a size that is refused everywhere today. `authority`: that may sign others. */
export const makePem = async (name: string, kind: 'usual' | 'weak' | 'authority' = 'usual'): Promise<Pem> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    ...(kind === 'weak' ? { keySize: 1024 } : { keyType: 'ec' as const }),
    extensions: [
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
      ...(kind === 'authority' ? [{ name: 'basicConstraints' as const, cA: true }] : []),
    ],
  });
  return { cert, key, both: `${cert}\n${key}\n`, fingerprint: new X509Certificate(cert).fingerprint256 };
};
