import { X509Certificate } from 'node:crypto';
import { CERTIFICATE_LIST, namesIn, ownerOf } from '../desired/certificate-names.ts';

/** One change of the certificates that a worker has, by its socket. */
export type CertificateStep =
  /** `fingerprint`: SHA-1 of the certificate, in capital hex digits: what HAProxy must tell of it then. */
  | { readonly kind: 'set-certificate'; readonly name: string; readonly isNew: boolean; readonly pem: string; readonly fingerprint: string }
  /** `line`: of the list, as it stands there. */
  | { readonly kind: 'add-line'; readonly line: string }
  | { readonly kind: 'remove-line'; readonly line: string }
  | { readonly kind: 'delete-certificate'; readonly name: string };

/** How a worker comes to have other certificates. */
export type CertificatePlan =
  { readonly kind: 'runtime'; readonly steps: readonly CertificateStep[] } | { readonly kind: 'reload'; readonly because: string };

/** Path -> bytes, as HAProxy was given them, or is to be. */
export type CertificateBytes = ReadonlyMap<string, Buffer>;

/** HAProxy 2.6 closes the connection without a word at more than tune.bufsize (16384), name and all; 3.4 takes more. */
const LARGEST_PEM = 15_000;

const certificatesIn = (files: CertificateBytes): readonly string[] =>
  [...files.keys()].filter((path) => path !== CERTIFICATE_LIST && ownerOf(path, files) === path);

const isSame = (path: string, before: CertificateBytes, after: CertificateBytes): boolean => {
  const [one, other] = [before.get(path), after.get(path)];
  return one === undefined || other === undefined ? one === other : one.equals(other);
};

const EXTRAS_BUT_KEY = ['ocsp', 'issuer', 'sctl'] as const;

const hasExtras = (name: string, files: CertificateBytes): boolean => EXTRAS_BUT_KEY.some((extra) => files.has(`${name}.${extra}`));

const MARK = /^-----(BEGIN|END) ([^-]+)-----$/;

/**
 * The blocks of it alone, whose marks are whole lines, as OpenSSL wants them: whatever else people write there counts for nothing, and an empty line would
 * end what is sent. Line by line: there may be thousands of marks in what an app's file holds.
 */
const blocksOf = (bytes: Buffer | undefined): string => {
  const blocks: string[] = [];
  let block: string[] | undefined;
  for (const line of (bytes?.toString('latin1') ?? '').split('\n').map((one) => one.trimEnd())) {
    const [, mark, what = ''] = MARK.exec(line) ?? [];
    if (mark === 'BEGIN') block = [];
    block?.push(line.trimStart());
    if (mark !== 'END') continue;
    if (block?.[0] === `-----BEGIN ${what}-----`) blocks.push(...block.filter((one) => one !== '').map((one) => `${one}\n`));
    block = undefined;
  }
  return blocks.join('');
};

const pemOf = (name: string, files: CertificateBytes): string => blocksOf(files.get(name)) + blocksOf(files.get(`${name}.key`));

const hasKey = (name: string, files: CertificateBytes): boolean => pemOf(name, files).includes('PRIVATE KEY-----');

const linesOf = (files: CertificateBytes): readonly string[] =>
  (files.get(CERTIFICATE_LIST)?.toString() ?? '').split('\n').filter((line) => line !== '');

const fileOf = (line: string): string => line.split(' ', 1)[0] ?? '';

/** Names that a certificate is for, as the list has them: without a word about it, those that stand in it. */
const hostsOf = (line: string, files: CertificateBytes): readonly string[] => {
  const own = line.replace(/^\S+ ?(\[[^\]]*\] ?)?/, '');
  if (own !== '') return own.split(' ');
  return namesIn(files.get(fileOf(line)) ?? Buffer.from(''));
};

/** A new line comes last in a worker, and of two for one name the first counts. */
const comesBeforeItsLike = (added: readonly string[], after: CertificateBytes): boolean => {
  const lines = linesOf(after);
  return added.some((line) => {
    const hosts = new Set(hostsOf(line, after));
    const behind = lines.slice(lines.indexOf(line) + 1).filter((other) => !added.includes(other));
    return behind.some((other) => hostsOf(other, after).some((host) => hosts.has(host)));
  });
};

/** SHA-1 in capital hex digits; undefined: it cannot be told, though the file as a whole can be used. */
const fingerprintOf = (pem: string): string | undefined => {
  try {
    return new X509Certificate(pem).fingerprint.replaceAll(':', '');
  } catch {
    // One app's file stops nobody: HAProxy reads it itself, by a reload.
    return undefined;
  }
};

const setStep = (name: string, isNew: boolean, pem: string): CertificateStep => ({
  kind: 'set-certificate',
  name,
  isNew,
  pem,
  fingerprint: fingerprintOf(pem) ?? '',
});

/** Why steps could not do it; undefined: they can. */
const whyReload = (changed: readonly string[], before: CertificateBytes, after: CertificateBytes): string | undefined => {
  const [was, is] = [linesOf(before), linesOf(after)];
  if (was[0] !== is[0]) return 'another certificate is the default';
  const withExtras = changed.find((name) => hasExtras(name, before) || hasExtras(name, after));
  if (withExtras !== undefined) return `the certificate ${withExtras} has files beside it`;
  const isPublic = changed.find((name) => !hasKey(name, after));
  if (isPublic !== undefined) return `${isPublic} is of authorities`;
  const tooLarge = changed.find((name) => pemOf(name, after).length > LARGEST_PEM);
  if (tooLarge !== undefined) return `the certificate ${tooLarge} is too large for HAProxy's socket`;
  const unknown = changed.find((name) => fingerprintOf(pemOf(name, after)) === undefined);
  if (unknown !== undefined) return `the certificate ${unknown} is not one that can be told from others`;
  const added = is.filter((line) => !was.includes(line));
  return comesBeforeItsLike(added, after) ? 'a certificate comes before another one of its name' : undefined;
};

/** What is to be done so that a worker that was given `before` serves `after`. What is added is there before what goes is gone. Pure. */
export const planCertificates = (before: CertificateBytes, after: CertificateBytes): CertificatePlan => {
  const [had, has] = [certificatesIn(before), certificatesIn(after)];
  const owners = new Set(
    [...before.keys(), ...after.keys()].filter((path) => !isSame(path, before, after)).map((path) => ownerOf(path, after)),
  );
  const changed = has.filter((name) => owners.has(name));
  const because = whyReload(changed, before, after);
  if (because !== undefined) return { kind: 'reload', because };
  const [was, is] = [new Set(linesOf(before)), new Set(linesOf(after))];
  return {
    kind: 'runtime',
    steps: [
      ...changed.map((name) => setStep(name, !before.has(name), pemOf(name, after))),
      ...[...is].filter((line) => !was.has(line)).map((line) => ({ kind: 'add-line', line }) as const),
      ...[...was].filter((line) => !is.has(line)).map((line) => ({ kind: 'remove-line', line }) as const),
      // Authorities that nobody names any more do no harm, and go with the next reload.
      ...had.filter((name) => !after.has(name) && hasKey(name, before)).map((name) => ({ kind: 'delete-certificate', name }) as const),
    ],
  };
};
