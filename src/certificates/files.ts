import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../kit/error.ts';
import type { Problem } from '../kit/problem.ts';
import type { RenderedFile } from '../render/file.ts';
import { type CertificateSource, readSources } from './source.ts';

/** Name -> bytes, in one folder. */
type Files = ReadonlyMap<string, Buffer>;

/** What is on disk behind one of the given paths; an error: it cannot be read. */
type Found = readonly CertificateSource[] | Error;

/** What HAProxy is to be given, in the order of the given paths. */
export interface Certificates {
  readonly files: readonly RenderedFile[];
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

const toRendered = (folders: readonly Files[]): readonly RenderedFile[] =>
  folders.flatMap((files, index) => [...files].map(([name, bytes]) => ({ path: `certs/${index}/${name}`, bytes })));

/**
 * Certificates of the https frontend as HAProxy gets them: copies, in each generation of its files. One that was replaced by something that cannot
 * be used stops nothing: its last good version stays in force. Renewed ones are taken by the next reload.
 */
export class CertificateFiles {
  readonly #given: readonly string[];
  /** What HAProxy has accepted; empty before the first time. */
  #inForce: readonly Files[];
  /** Digests of what HAProxy refuses though it looks well. */
  readonly #distrusted = new Set<string>();

  /** @param given files or directories, absolute */
  constructor(given: readonly string[]) {
    this.#given = given;
    this.#inForce = given.map(() => new Map());
  }

  /** For haproxy.cfg, relative to it: what was given as a directory is one. */
  get paths(): readonly string[] {
    return this.#given.map((path, index) => (statSync(path).isDirectory() ? `certs/${index}` : `certs/${index}/${basename(path)}`));
  }

  /** Begins with the copies that a HAProxy runs with which was found: they are in the folder of its configuration. */
  async restore(folder: string): Promise<void> {
    this.#inForce = await Promise.all(this.#given.map(async (_, index) => filesIn(join(folder, 'certs', String(index)))));
  }

  /** Those that HAProxy has accepted. */
  get inForce(): readonly RenderedFile[] {
    return toRendered(this.#inForce);
  }

  /** What is on disk now, with the last good version of what cannot be used. */
  async look(): Promise<Certificates> {
    return this.#decide(
      await Promise.all(this.#given.map(async (path) => readSources(path).catch((error: unknown) => new Error(messageOf(error))))),
    );
  }

  /** Whether HAProxy was given something else. */
  isNews({ folders }: Certificates): boolean {
    return folders.some((files, index) => !isSame(files, this.#inForce[index] ?? new Map()));
  }

  accept({ folders }: Certificates): void {
    this.#inForce = folders;
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
    return { files: toRendered(folders), folders, problems, found };
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
    const last = filesNamed(basename(path), inForce);
    problems.push(problemOf(path, why, last.size > 0 ? 'kept' : 'none'));
    return last;
  }
}
