import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../kit/error.ts';

/** A chain with its key has a few kB; what is larger than this is something else. */
const LARGEST = 1024 * 1024;

const read = async (path: string): Promise<string> => {
  const { size } = await stat(path);
  if (size > LARGEST) throw new Error(`it has ${size} bytes, more than ${LARGEST}`);
  return readFile(path, 'utf8');
};

const hasKey = (pem: string): boolean => /-----BEGIN (?:\w+ )*PRIVATE KEY-----/.test(pem);

/** HAProxy takes the key from the same file, else from the one beside it. */
const keyOf = async (path: string, pem: string): Promise<string> => (hasKey(pem) ? pem : read(`${path}.key`));

/**
 * Why HAProxy could not use a file that is named in a bind: one with a certificate and its key, or authorities and lists of what they took back.
 * Undefined: it can.
 */
export const whyFileUnusable = async (path: string): Promise<string | undefined> => {
  try {
    const pem = await read(path);
    if (/-----BEGIN X509 CRL-----/.test(pem)) return undefined;
    const certificate = new X509Certificate(pem);
    // Authorities have no key there.
    if (certificate.ca && !hasKey(pem)) return undefined;
    return certificate.checkPrivateKey(createPrivateKey(await keyOf(path, pem))) ? undefined : 'its key belongs to another certificate';
  } catch (error) {
    return messageOf(error);
  }
};

/** Changes when the file is another. '' = there is none. */
export const stampOf = async (path: string): Promise<string> => {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`;
};
