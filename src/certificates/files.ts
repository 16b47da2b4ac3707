import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CERTIFICATE_LIST, ownerOf } from '../desired/certificate-names.ts';
import { digest } from '../kit/digest.ts';
import type { Problem } from '../kit/problem.ts';
import { SourceReader } from './source-reader.ts';
import type { CertificateSource } from './source.ts';

/** Name -> bytes, in one folder. */
type Files = ReadonlyMap<string, Buffer>;

/** What is on disk behind one of the given paths; an error: it cannot be read. */
type Found = readonly CertificateSource[] | Error;

/** What HAProxy is to be given, in the order of the given paths. */
export interface Certificates {
  /** Path in the generation -> bytes: certificates with what belongs to them, and the list of them. */
  readonly files: Files;
  readonly folders: readonly Files[];
  readonly problems: readonly Problem[];
  readonly found: readonly Found[];
}

const digestOf = (files: Files): string => {
  const hash = createHash('sha256');
  for (const [name, bytes] of files) hash.update(`${name} ${bytes.length}\n`).update(bytes);
  return hash.digest('hex');
};

const isSame = (a: Files, b: Files): boolean => a.size === b.size && [...a].every(([name, bytes]) => b.get(name)?.equals(bytes) === true);

/** The certificate of this name, with what belongs to it. */
const filesNamed = (name: string, files: Files): Files =>
  new Map([...files].filter(([other]) => other === name || (other.startsWith(`${name}.`) && /\.(key|ocsp|issuer|sctl)$/.test(other))));

const problemOf = (path: string, wrong: string, last: 'kept' | 'none'): Problem => {
  const then = last === 'kept' ? 'the last good version of it stays in force' : 'it is left out';
  return { appId: '/', message: `certificate ${path} cannot be used, and ${then}: ${wrong}` };
};

/** None where there is no such folder. */
const filesIn = async (folder: string): Promise<Files> => {
  const names = await readdir(folder).catch(() => []);
  return new Map(await Promise.all(names.sort().map(async (name) => [name, await readFile(join(folder, name))] as const)));
};

/** Words of the list end at blanks, and so do those of commands. */
const copyName = (name: string): string =>
  /^[A-Za-z0-9._@+-]+$/.test(name) ? name : `${name.replaceAll(/[^A-Za-z0-9._@+-]/g, '_')}.${digest(name)}`;

const folderOf = (index: number): string => `certs/${index}`;

const withCopyNames = (source: CertificateSource): CertificateSource => {
  const name = basename(source.path);
  const files = new Map([...source.files].map(([file, bytes]) => [copyName(name) + file.slice(name.length), bytes]));
  return { ...source, files };
};

/** All of them with the list, in which each stands without a word about it: it is for the names that it holds. */
const toFiles = (folders: readonly Files[]): Files => {
  const files = new Map(
    folders.flatMap((folder, index) => [...folder].map(([name, bytes]): [string, Buffer] => [`${folderOf(index)}/${name}`, bytes])),
  );
  if (files.size === 0) return files;
  const lines = [...files.keys()].filter((path) => ownerOf(path, files) === path).map((path) => `${path}\n`);
  return files.set(CERTIFICATE_LIST, Buffer.from(lines.join('')));
};

/**
 * Certificates of the https frontend as HAProxy gets them: copies, in each generation of its files. One that was replaced by something that cannot
 * be used stops nothing: its last good version stays in force.
 */
export class CertificateFiles {
  readonly #given: readonly string[];
  readonly #reader = new SourceReader();
  /** What HAProxy has accepted; empty before the first time. */
  #inForce: readonly Files[];
  #filesInForce: Files = new Map();
  /** Digests of what HAProxy refuses though it looks well. */
  readonly #distrusted = new Set<string>();

  /** @param given files or directories, absolute */
  constructor(given: readonly string[]) {
    this.#given = given;
    this.#inForce = given.map(() => new Map());
  }

  /** Begins with the copies that a HAProxy runs with which was found: they are in the folder of its configuration. */
  async restore(folder: string): Promise<void> {
    this.#inForce = await Promise.all(this.#given.map(async (_, index) => filesIn(join(folder, folderOf(index)))));
    const list = await readFile(join(folder, CERTIFICATE_LIST)).catch(() => undefined);
    this.#filesInForce = new Map([...toFiles(this.#inForce), [CERTIFICATE_LIST, list ?? Buffer.from('')]]);
  }

  /** Those that HAProxy has accepted: path in the generation -> bytes. */
  get inForce(): Files {
    return this.#filesInForce;
  }

  /** What is on disk now, with the last good version of what cannot be used. What did not change is not read again. */
  async look(): Promise<Certificates> {
    const found = await this.#reader.read(this.#given);
    return this.#decide(found.map((sources) => (sources instanceof Error ? sources : sources.map(withCopyNames))));
  }

  /** Whether HAProxy was given something else. */
  isNews({ files }: Certificates): boolean {
    return !isSame(files, this.#filesInForce);
  }

  accept({ folders, files }: Certificates): void {
    this.#inForce = folders;
    this.#filesInForce = files;
  }

  /** HAProxy refused its configuration, and no app is to blame: what is new of these may be. Undefined: nothing is, or there is nothing else. */
  withoutNews(certificates: Certificates): Certificates | undefined {
    if (!this.isNews(certificates) || this.#inForce.every((files) => files.size === 0)) return undefined;
    for (const [index, found] of certificates.found.entries())
      for (const { files } of found instanceof Error ? [] : found)
        if (!this.#isInForce(index, files)) this.#distrusted.add(digestOf(files));
    return this.#decide(certificates.found);
  }

  #isInForce(index: number, files: Files): boolean {
    const inForce = this.#inForce[index] ?? new Map<string, Buffer>();
    return [...files].every(([name, bytes]) => inForce.get(name)?.equals(bytes) === true);
  }

  #decide(found: readonly Found[]): Certificates {
    const problems: Problem[] = [];
    const folders = found.map((sources, index) => this.#folder(index, sources, problems));
    return { files: toFiles(folders), folders, problems, found };
  }

  #folder(index: number, found: Found, problems: Problem[]): Files {
    const inForce = this.#inForce[index] ?? new Map<string, Buffer>();
    const own: Problem[] = [];
    const files = new Map(found instanceof Error ? [] : found.flatMap((source) => [...this.#usable(source, inForce, own)]));
    if (files.size > 0) {
      problems.push(...own);
      return files;
    }
    const why = found instanceof Error ? found.message : (found[0]?.wrong ?? 'it holds none');
    problems.push(problemOf(this.#given[index] ?? '', why, inForce.size > 0 ? 'kept' : 'none'));
    return inForce;
  }

  #usable({ path, files, wrong }: CertificateSource, inForce: Files, problems: Problem[]): Files {
    const why = wrong ?? (this.#distrusted.has(digestOf(files)) ? 'HAProxy refuses it' : undefined);
    if (why === undefined) return files;
    const last = filesNamed(copyName(basename(path)), inForce);
    problems.push(problemOf(path, why, last.size > 0 ? 'kept' : 'none'));
    return last;
  }
}
