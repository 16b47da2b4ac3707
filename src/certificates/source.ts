import { createPrivateKey, X509Certificate } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMissing, messageOf } from '../kit/error.ts';

/** A certificate of the operator with what belongs to it, as it is on disk. */
export interface CertificateSource {
  readonly path: string;
  /** By name: the certificate's own, and those with `.key`, `.ocsp`, `.issuer` or `.sctl` behind it. Empty where something is wrong. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Why HAProxy could not use it; absent: it can. */
  readonly wrong?: string;
}

/** In a directory HAProxy leaves these out (configuration manual, `crt`): they belong to the certificate beside them. */
const EXTRAS = ['key', 'ocsp', 'issuer', 'sctl'] as const;
const RESERVED = new RegExp(`\\.(${EXTRAS.join('|')})$|^\\.`);

/** A chain with its key has a few kB; what is larger than this is something else. */
const LARGEST = 1024 * 1024;
/** Of one directory: each of them is copied for HAProxy, and kept in memory here. */
const MOST = 2000;
const LARGEST_TOGETHER = 64 * 1024 * 1024;

/** To wait for who writes to a pipe would be to wait for ever. */
const WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Whatever others put in its place meanwhile: it is asked what it is when it is open, and gives no more than it may. */
const readSmall = async (path: string): Promise<Buffer> => {
  const file = await open(path, WITHOUT_WAITING);
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is not a file');
    const parts: Buffer[] = [];
    let bytes = 0;
    // A file may say that it is smaller than it is.
    for await (const part of file.createReadStream({ end: LARGEST, autoClose: false }) as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
    }
    if (bytes > LARGEST) throw new Error(`no certificate is larger than ${LARGEST} bytes`);
    return Buffer.concat(parts);
  } finally {
    await file.close();
  }
};

const extrasOf = async (path: string): Promise<readonly (readonly [string, Buffer])[]> => {
  const found = await Promise.all(
    EXTRAS.map(async (extra) =>
      readSmall(`${path}.${extra}`).then(
        (bytes) => [[`${basename(path)}.${extra}`, bytes] as const],
        (error: unknown) => {
          if (isMissing(error)) return [];
          throw error;
        },
      ),
    ),
  );
  return found.flat();
};

/** While it is being written. */
const isCut = (pem: Buffer): boolean => {
  const text = pem.toString('latin1');
  return text.split('-----BEGIN ').length !== text.split('-----END ').length;
};

const whyWrong = (pem: Buffer, key: Buffer): string | undefined => {
  try {
    if (isCut(pem)) return 'it does not hold a certificate and its key in PEM: it is cut';
    if (new X509Certificate(pem).checkPrivateKey(createPrivateKey(key))) return undefined;
    return 'its key belongs to another certificate';
  } catch (error) {
    return `it does not hold a certificate and its key in PEM: ${messageOf(error)}`;
  }
};

/** In bytes. */
export const sizeOf = (files: ReadonlyMap<string, Buffer>): number => files.values().reduce((sum, { length }) => sum + length, 0);

/** Where the files of a certificate are, as far as they are there. */
export const pathsOf = (path: string): readonly string[] => [path, ...EXTRAS.map((extra) => `${path}.${extra}`)];

/** Authorities, and lists of what they took back, have no key. */
const isWithoutKey = (pem: Buffer): boolean => {
  if (isCut(pem) || pem.includes('PRIVATE KEY-----')) return false;
  if (pem.includes('-----BEGIN X509 CRL-----')) return true;
  try {
    return new X509Certificate(pem).ca;
  } catch {
    // No certificate at all: it is told by whoever looks for one.
    return false;
  }
};

/** own: with its key. any: authorities too. */
export type SourceKind = 'own' | 'any';

/** Reads a certificate. What is wrong with it, also that it is not there, is in the answer. */
export const readSource = async (path: string, kind: SourceKind = 'own'): Promise<CertificateSource> => {
  const name = basename(path);
  try {
    const pem = await readSmall(path);
    const files = new Map([[name, pem], ...(await extrasOf(path))]);
    if (sizeOf(files) > LARGEST) throw new Error(`it is larger than ${LARGEST} bytes with the files beside it`);
    // HAProxy takes the key from the same file, else from the one beside it.
    const key = pem.includes('PRIVATE KEY-----') ? pem : (files.get(`${name}.key`) ?? pem);
    const wrong = kind === 'any' && isWithoutKey(pem) ? undefined : whyWrong(pem, key);
    return wrong === undefined ? { path, files } : { path, files: new Map(), wrong };
  } catch (error) {
    return { path, files: new Map(), wrong: messageOf(error) };
  }
};

type ReadOne = (path: string) => Promise<CertificateSource>;

/** One after the other: thousands of files at once would be more than may be open. */
const readAll = async (paths: readonly string[], readOne: ReadOne): Promise<readonly CertificateSource[]> => {
  if (paths.length > MOST) throw new Error(`it holds ${paths.length} certificates, and no more than ${MOST} are read`);
  const sources: CertificateSource[] = [];
  let bytes = 0;
  for (const path of paths) {
    const source = await readOne(path);
    bytes += sizeOf(source.files);
    if (bytes > LARGEST_TOGETHER) throw new Error(`what it holds is larger than ${LARGEST_TOGETHER} bytes`);
    sources.push(source);
  }
  return sources;
};

/**
 * A directory's certificates in HAProxy's order, or the one of a file. Throws where there is no such directory, it cannot be read, or holds more
 * than 2,000 certificates or 64 MB.
 * @param readOne what reads each of them
 */
export const readSources = async (path: string, readOne: ReadOne = readSource): Promise<readonly CertificateSource[]> => {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return [await readOne(path)];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && !RESERVED.test(entry.name)).map(({ name }) => name);
  return readAll(
    names.sort().map((name) => join(path, name)),
    readOne,
  );
};
