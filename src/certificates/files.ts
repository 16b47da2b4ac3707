import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CERTIFICATE_LIST, copyOf, ownerOf, safeName } from '../desired/certificate-names.ts';
import type { HostTls } from '../desired/host-tls.ts';
import type { FileTrouble } from '../desired/file-trouble.ts';
import type { Problem } from '../kit/problem.ts';
import { certificateList } from './crt-list.ts';
import { Room } from './room.ts';
import { type Found, SourceReader } from './source-reader.ts';
import { type CertificateSource, pathsOf, sizeOf } from './source.ts';

/** Path in the generation -> bytes. */
type Files = ReadonlyMap<string, Buffer>;

/** What HAProxy is to be given. */
export interface Certificates {
  /** Certificates with what belongs to them, and the list of those of the https frontend. */
  readonly files: Files;
  /** What is wrong with those of the operator. */
  readonly problems: readonly Problem[];
  /** What is wrong with files that apps name, by their paths. */
  readonly troubles: ReadonlyMap<string, FileTrouble>;
}

/** What is taken of one certificate, and what was wrong with what is on disk. */
interface Chosen {
  readonly files: Files;
  readonly trouble?: FileTrouble;
}

/** Asked for at each look. */
const digests = new WeakMap<Buffer, string>();

const digestOfOne = (bytes: Buffer): string => {
  const digest = digests.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
  digests.set(bytes, digest);
  return digest;
};

const digestOf = (files: Files): string => [...files].map(([name, bytes]) => `${name} ${digestOfOne(bytes)}`).join();

const isSame = (a: Files, b: Files): boolean => a.size === b.size && [...a].every(([path, bytes]) => b.get(path)?.equals(bytes) === true);

/** The certificate of this name, with what belongs to it. */
const filesNamed = (name: string, files: Files): Files =>
  new Map(
    pathsOf(name).flatMap((path) => {
      const bytes = files.get(path);
      return bytes === undefined ? [] : [[path, bytes] as const];
    }),
  );

const problemOf = (path: string, { why, last }: FileTrouble): Problem => {
  const then = last === 'kept' ? 'the last good version of it stays in force' : 'it is left out';
  return { appId: '/', message: `certificate ${path} cannot be used, and ${then}: ${why}` };
};

const filesBelow = async (folder: string, path: string): Promise<readonly (readonly [string, Buffer])[]> => {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch(() => []);
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = await Promise.all(
    sorted.map(async (entry) => {
      const inner = `${path}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(folder, inner) : [[inner, await readFile(join(folder, inner))] as const];
    }),
  );
  return found.flat();
};

const folderOf = (index: number): string => `certs/${index}/`;

/** As it is called in HAProxy's files. */
const named = (copy: string, { path, files }: CertificateSource): Files =>
  new Map([...files].map(([name, bytes]) => [copy + name.slice(basename(path).length), bytes]));

/**
 * Certificates as HAProxy gets them, those of the https frontend and those that apps name: copies, in each generation of its files. One that was
 * replaced by something that cannot be used stops nothing: its last good version stays in force.
 */
export class CertificateFiles {
  readonly #given: readonly string[];
  readonly #reader = new SourceReader();
  /** What HAProxy has accepted; empty before the first time. */
  #inForce: Files = new Map();
  /** Digests of what HAProxy refuses though it looks well, with its words. */
  readonly #refused = new Map<string, string>();

  /** @param given files or directories of the https frontend, absolute */
  constructor(given: readonly string[]) {
    this.#given = given;
  }

  /** Begins with the copies that a HAProxy runs with which was found: they are in the folder of its configuration. */
  async restore(folder: string): Promise<void> {
    this.#inForce = new Map(await filesBelow(folder, 'certs'));
  }

  /** Those that HAProxy has accepted: path in the generation -> bytes. */
  get inForce(): Files {
    return this.#inForce;
  }

  /**
   * What is on disk now, with the last good version of what cannot be used. What did not change is not read again.
   * @param appFiles that apps name: certificates with their keys, authorities, lists of what they took back; each with the app that it counts for
   * @param hosts what the https frontend has for some
   */
  async look(appFiles: ReadonlyMap<string, string> = new Map(), hosts: ReadonlyMap<string, HostTls> = new Map()): Promise<Certificates> {
    const held = [...appFiles].map(([path, appId]) => [path, { appId, bytes: sizeOf(filesNamed(copyOf(path), this.#inForce)) }] as const);
    const room = new Room(new Map(held));
    const { given, single } = await this.#reader.read(this.#given, appFiles.keys(), (path, bytes) => room.take(path, bytes));
    const problems: Problem[] = [];
    const shared = new Map(given.flatMap((found, index) => [...this.#folder(index, found, problems)]));
    const chosen = single.map((source) => [source.path, this.#choose(copyOf(source.path), source)] as const);
    const files = new Map([...shared, ...chosen.flatMap(([, one]) => [...one.files])]);
    // Without the https frontend there is none of the operator.
    if (shared.size > 0) files.set(CERTIFICATE_LIST, certificateList(shared, files, hosts));
    return {
      files,
      problems,
      troubles: new Map(chosen.flatMap(([path, { trouble }]) => (trouble === undefined ? [] : [[path, trouble] as const]))),
    };
  }

  /** Whether HAProxy was given something else. */
  isNews({ files }: Certificates): boolean {
    return !isSame(files, this.#inForce);
  }

  /** Names of those that HAProxy was not given as they are. */
  news({ files }: Certificates): readonly string[] {
    const isNew = (path: string): boolean => this.#inForce.get(path)?.equals(files.get(path) ?? Buffer.from('')) !== true;
    return [...new Set([...files.keys()].filter((path) => path !== CERTIFICATE_LIST && isNew(path)).map((path) => ownerOf(path, files)))];
  }

  accept({ files }: Certificates): void {
    this.#inForce = files;
  }

  /** HAProxy does not take these as they are: name -> why, in its words. */
  refuse({ files }: Certificates, refused: ReadonlyMap<string, string>): void {
    for (const [name, why] of refused) this.#refused.set(digestOf(filesNamed(name, files)), why);
  }

  #folder(index: number, found: Found, problems: Problem[]): Files {
    const folder = folderOf(index);
    const own: Problem[] = [];
    const chosen =
      found instanceof Error
        ? []
        : found.map((source) => [source, this.#choose(folder + safeName(basename(source.path)), source)] as const);
    for (const [{ path }, { trouble }] of chosen) if (trouble !== undefined) own.push(problemOf(path, trouble));
    const files = new Map(chosen.flatMap(([, one]) => [...one.files]));
    if (files.size > 0) {
      problems.push(...own);
      return files;
    }
    const why = found instanceof Error ? found.message : (chosen[0]?.[1].trouble?.why ?? 'it holds none');
    const last = new Map([...this.#inForce].filter(([path]) => path.startsWith(folder)));
    problems.push(problemOf(this.#given[index] ?? '', { why, last: last.size > 0 ? 'kept' : 'none' }));
    return last;
  }

  /** @param copy its name in HAProxy's files */
  #choose(copy: string, source: CertificateSource): Chosen {
    const files = named(copy, source);
    const why = source.wrong ?? this.#refused.get(digestOf(files));
    if (why === undefined) return { files };
    const last = filesNamed(copy, this.#inForce);
    return { files: last, trouble: { why, last: last.size > 0 ? 'kept' : 'none' } };
  }
}
