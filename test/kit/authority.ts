import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A certificate and its key, in PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** Something that signs certificates. */
export interface Authority {
  readonly cert: string;
  /** For a server at localhost and 127.0.0.1, and for clients too. */
  readonly sign: (commonName: string) => Promise<Pair>;
}

const FAST = { keyType: 'ec', algorithm: 'sha256' } as const;

const named = (value: string): { name: string; value: string }[] => [{ name: 'commonName', value }];

export const makeAuthority = async (name: string): Promise<Authority> => {
  const own = await generate(named(name), {
    ...FAST,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    cert: own.cert,
    sign: async (commonName) => {
      const { cert, private: key } = await generate(named(commonName), {
        ...FAST,
        ca: { key: own.private, cert: own.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
          {
            name: 'subjectAltName',
            altNames: [
              { type: 2, value: 'localhost' },
              { type: 7, ip: '127.0.0.1' },
            ],
          },
        ],
      });
      return { cert, key };
    },
  };
};

/** Writes it as `name`.pem and `name`.key. */
export const writePair = (folder: string, name: string, { cert, key }: Pair): { readonly cert: string; readonly key: string } => {
  const paths = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  writeFileSync(paths.cert, cert);
  writeFileSync(paths.key, key, { mode: 0o600 });
  return paths;
};
