import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing, SluiceError } from '../kit/error.ts';
import type { RenderedFile } from '../render/file.ts';
import { makeWorkersRoot } from './workers-root.ts';

const KEPT = 2;
/** The files may hold passwords of the stats page, and keys. */
const OWNER_ONLY = { folder: 0o700, file: 0o600 };

/** Undefined where there is no such file. */
const orUndefined = async <T>(value: Promise<T>): Promise<T | undefined> =>
  value.catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });

const numberOf = (name: string): number => Number(/^gen-(\d+)-/.exec(name)?.[1] ?? 0);

/** Newer names sort later, also where the clock was set back in between. */
const newerThan = (names: readonly string[]): string => {
  const number = Math.max(Date.now(), ...names.map((name) => numberOf(name) + 1));
  return `gen-${number.toString().padStart(14, '0')}-${randomBytes(3).toString('hex')}`;
};

/**
 * All that HAProxy loads, as one directory per generation and a link `config` to the one that counts: a reload, a crash or a start at any
 * moment finds files that belong together. Not synced to disk: after a power failure nothing runs that would read them.
 */
export class Generations {
  readonly #runDir: string;

  constructor(runDir: string) {
    this.#runDir = runDir;
  }

  /** What HAProxy is started with. */
  get configFile(): string {
    return join(this.#runDir, 'config', 'haproxy.cfg');
  }

  configFileOf(generation: string): string {
    return join(this.folderOf(generation), 'haproxy.cfg');
  }

  folderOf(generation: string): string {
    return join(this.#runDir, generation);
  }

  /** Name of the generation that the link leads to. */
  async current(): Promise<string | undefined> {
    return orUndefined(readlink(join(this.#runDir, 'config')));
  }

  /** What the current generation's `description sluice-…` says; undefined where there is none. */
  async fingerprint(): Promise<string | undefined> {
    return /^\s*description sluice-([0-9a-f]+)\s*$/m.exec((await this.config()) ?? '')?.[1];
  }

  /** Text of the current generation's haproxy.cfg; undefined where there is none. */
  async config(): Promise<string | undefined> {
    return (await this.#currentBytes('haproxy.cfg'))?.toString('utf8');
  }

  /** Writes a generation that nobody uses yet. A file whose bytes did not change is the same file as in the current one. */
  async stage(files: readonly RenderedFile[]): Promise<string> {
    const generation = newerThan((await orUndefined(readdir(this.#runDir))) ?? []);
    try {
      // Somebody may have deleted all of it.
      await mkdir(this.folderOf(generation), { recursive: true, mode: OWNER_ONLY.folder });
      await makeWorkersRoot(this.#runDir);
      for (const file of files) await this.#write(generation, file);
    } catch (error) {
      // Half of it is of no use, and the disk may be full.
      await this.drop(generation).catch(() => undefined);
      throw new SluiceError('FILES', `cannot write HAProxy's files to ${join(this.#runDir, generation)}`, error);
    }
    return generation;
  }

  /** Lets the link lead to this generation; undefined: to none. Atomic. */
  async use(generation: string | undefined): Promise<void> {
    const link = join(this.#runDir, 'config');
    if (generation === undefined) return rm(link, { force: true });
    const next = `${link}.${randomBytes(3).toString('hex')}`;
    await symlink(generation, next);
    await rename(next, link);
  }

  async drop(generation: string): Promise<void> {
    await rm(join(this.#runDir, generation), { recursive: true, force: true });
  }

  /** Removes all but the current generation and the newest others. */
  async prune(): Promise<void> {
    const current = await this.current();
    const others = (await readdir(this.#runDir)).filter((name) => name.startsWith('gen-') && name !== current).sort();
    await Promise.all(others.slice(0, Math.max(0, others.length - (KEPT - 1))).map(async (name) => this.drop(name)));
  }

  /** Whether the current generation holds exactly these bytes in these files (it may hold others besides). */
  async holds(files: readonly RenderedFile[]): Promise<boolean> {
    for (const file of files) if (!(await this.#currentBytes(file.path))?.equals(file.bytes)) return false;
    return true;
  }

  async #currentBytes(path: string): Promise<Buffer | undefined> {
    return orUndefined(readFile(join(this.#runDir, 'config', path)));
  }

  async #write(generation: string, file: RenderedFile): Promise<void> {
    const path = join(this.#runDir, generation, file.path);
    await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY.folder });
    const isUnchanged = (await this.#currentBytes(file.path))?.equals(file.bytes) === true;
    if (isUnchanged) await link(join(this.#runDir, 'config', file.path), path);
    else await writeFile(path, file.bytes, { mode: OWNER_ONLY.file });
  }
}
