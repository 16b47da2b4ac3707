import { stat } from 'node:fs/promises';
import { type CertificateSource, pathsOf, readSource, readSources } from './source.ts';

interface Known {
  readonly stamp: string;
  readonly source: CertificateSource;
}

/** Two writes within one tick of the file system's clock look like one: what was written just now is read again. */
const SETTLED_AFTER_MS = 2000;

/** Changes when one of these files is another; undefined: one is so young that it may have changed without a trace. */
const stampOf = async (paths: readonly string[]): Promise<string | undefined> => {
  const found = await Promise.all(paths.map(async (path) => stat(path).catch(() => undefined)));
  const youngestMs = Math.max(0, ...found.map((one) => Math.max(one?.mtimeMs ?? 0, one?.ctimeMs ?? 0)));
  if (youngestMs > Date.now() - SETTLED_AFTER_MS) return undefined;
  return found.map((one) => (one === undefined ? '' : `${one.dev} ${one.ino} ${one.size} ${one.mtimeMs} ${one.ctimeMs}`)).join();
};

/** Reads certificates, and again only those whose files are others by their size, place and times: it may be asked each second. */
export class SourceReader {
  #known: ReadonlyMap<string, Known> = new Map();

  /** For each path what is there, in HAProxy's order, or why it cannot be read. What is not among the paths is forgotten. */
  async read(paths: readonly string[]): Promise<readonly (readonly CertificateSource[] | Error)[]> {
    const seen = new Map<string, Known>();
    const readOne = async (path: string): Promise<CertificateSource> => {
      const stamp = await stampOf(pathsOf(path));
      const known = this.#known.get(path);
      const source = known !== undefined && known.stamp === stamp ? known.source : await readSource(path);
      if (stamp !== undefined) seen.set(path, { stamp, source });
      return source;
    };
    const found: (readonly CertificateSource[] | Error)[] = [];
    for (const path of paths)
      found.push(await readSources(path, readOne).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))));
    this.#known = seen;
    return found;
  }
}
