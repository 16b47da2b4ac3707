import { X509Certificate } from 'node:crypto';
import { identity } from '../kit/digest.ts';

/** The list of what the https frontend serves, beside haproxy.cfg: its first line is for whoever asks for another name, or for none. */
export const CERTIFICATE_LIST = 'certs/https.list';

/** The certificate among these files that this one belongs to, by its name: itself, or the one that it stands beside, as 'a.pem.key' beside 'a.pem'. */
export const ownerOf = (path: string, files: ReadonlyMap<string, unknown>): string => {
  const owner = path.replace(/\.(key|ocsp|issuer|sctl)$/, '');
  return files.has(owner) ? owner : path;
};

/** The name of a file as a word: words of the list end at blanks, and so do those of commands. */
export const safeName = (name: string): string =>
  /^[A-Za-z0-9._@+-]+$/.test(name) ? name : `${name.replaceAll(/[^A-Za-z0-9._@+-]/g, '_')}.${identity(name)}`;

/** Where HAProxy finds its own copy of a file that apps name, beside haproxy.cfg. */
export const copyOf = (path: string): string => `certs/apps/${identity(path)}-${safeName(path.slice(path.lastIndexOf('/') + 1))}`;

/** What a certificate in PEM is for by itself, in lower case: its alternative names and its common name, as HAProxy takes them. */
export const namesIn = (pem: Buffer): readonly string[] => {
  const { subject, subjectAltName } = new X509Certificate(pem);
  // Either may be missing, whatever their types say.
  const text = [subjectAltName, subject].join('\n');
  const found = [...text.matchAll(/DNS:([^,\s"]+)|^CN=(\S+)$/gm)].map(([, name, common]) => (name ?? common ?? '').toLowerCase());
  return [...new Set(found)];
};
