import { stat } from 'node:fs/promises';
import { type CertificateSource, pathsOf, readSource, readSources, type SourceKind } from './source.ts';

/** What is on disk behind a path that may be a directory; an error: it cannot be read. */
export type Found = readonly CertificateSource[] | Error;

interface Known {
  readonly stamp: string;
  readonly source: CertificateSource;
}

/** Two writes within one tick of the file system's clock look like one: what was written just now is read again. */
const SETTLED_AFTER_MS = 2000;

interface Stamp {
  readonly bytes: number;
  /** Changes when one of the files is another; undefined: one is so young that it may have changed without a trace. */
  readonly stamp: string | undefined;
}

const stampOf = async (paths: readonly string[]): Promise<Stamp> => {
  const found = await Promise.all(paths.map(async (path) => stat(path).catch(() => undefined)));
  const youngestMs = Math.max(0, ...found.map((one) => Math.max(one?.mtimeMs ?? 0, one?.ctimeMs ?? 0)));
  const stamp = found.map((one) => (one === undefined ? '' : `${one.dev} ${one.ino} ${one.size} ${one.mtimeMs} ${one.ctimeMs}`)).join();
  const isSettled = youngestMs <= Date.now() - SETTLED_AFTER_MS;
  return { bytes: found.reduce((sum, one) => sum + (one?.size ?? 0), 0), stamp: isSettled ? stamp : undefined };
};

/** Reads certificates, and again only those whose files are others by their size, place and times: it may be asked each second. */
export class SourceReader {
  #known: ReadonlyMap<string, Known> = new Map();

  /**
   * For each of the given paths what is there, in HAProxy's order, or why it cannot be read. What is not asked for is forgotten.
   * @param files single ones, authorities too
   * @param room why there is none for so many bytes of such a file: it is not read
   */
  async read(
    paths: readonly string[],
    files: Iterable<string>,
    room: (path: string, bytes: number) => string | undefined,
  ): Promise<{ readonly given: readonly Found[]; readonly single: readonly CertificateSource[] }> {
    const seen = new Map<string, Known>();
    const given: Found[] = [];
    for (const path of paths)
      given.push(
        await readSources(path, async (file) => this.#readOne('own', file, seen, () => undefined)).catch((error: unknown) =>
          error instanceof Error ? error : new Error(String(error)),
        ),
      );
    const single: CertificateSource[] = [];
    for (const path of files) single.push(await this.#readOne('any', path, seen, room));
    this.#known = seen;
    return { given, single };
  }

  async #readOne(
    kind: SourceKind,
    path: string,
    seen: Map<string, Known>,
    room: (path: string, bytes: number) => string | undefined,
  ): Promise<CertificateSource> {
    const key = `${kind} ${path}`;
    const { bytes, stamp } = await stampOf(pathsOf(path));
    const wrong = room(path, bytes);
    if (wrong !== undefined) return { path, files: new Map(), wrong };
    const known = this.#known.get(key);
    const source = known !== undefined && known.stamp === stamp ? known.source : await readSource(path, kind);
    if (stamp !== undefined) seen.set(key, { stamp, source });
    return source;
  }
}
