import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isMissing, messageOf, SluiceError } from '../kit/error.ts';
import type { Model } from '../model/model.ts';
import type { SavedModel } from '../model/saved-model.ts';
import { fromBytes, toPieces } from './model-text.ts';
import { syncFolder } from './replace-file.ts';

/** A hundred times what 5,000 apps take. */
const MOST_BYTES = 512 * 1024 * 1024;
/** Files that were set aside, for whoever wants to know what happened. */
const KEPT_ASIDE = 3;

export type Loaded =
  | { readonly kind: 'model'; readonly saved: SavedModel }
  /** There is no such file. */
  | { readonly kind: 'none' }
  /** It cannot be trusted. `path`: where it is now. */
  | { readonly kind: 'set-aside'; readonly path: string; readonly because: string };

/** The model on disk: read at the start, written as a whole, never in place. */
export class ModelFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #mostBytes: number;

  constructor(path: string, mostBytes = MOST_BYTES) {
    this.path = path;
    this.#temporary = `${path}.${process.pid}.tmp`;
    this.#mostBytes = mostBytes;
  }

  /** What is not a whole model of this version is moved out of the way, so that it is told once. Never throws. */
  async load(): Promise<Loaded> {
    try {
      await this.#dropHalves();
      const { size } = await stat(this.path);
      if (size > this.#mostBytes) return await this.#setAside(`it has ${size} bytes, more than the ${this.#mostBytes} that are read`);
      const understood = fromBytes(await readFile(this.path));
      return understood.kind === 'model' ? understood : await this.#setAside(understood.because);
    } catch (error) {
      return isMissing(error) ? { kind: 'none' } : this.#setAside(`it cannot be read: ${messageOf(error)}`);
    }
  }

  /** Puts this model in place of the last one, on the disk when it resolves. @throws SluiceError FILES; then the last one stays */
  async write(model: Model, savedAt: string): Promise<void> {
    // The one that is given changes while it is written.
    const copy: Model = { apps: new Map(model.apps), hosts: new Map(model.hosts) };
    try {
      await rm(this.#temporary, { force: true });
      await this.#writeTemporary(copy, savedAt);
      await rename(this.#temporary, this.path);
      await syncFolder(dirname(this.path));
    } catch (error) {
      // The room that it takes may be what others need. Whether this goes well changes nothing.
      await rm(this.#temporary, { force: true }).catch(() => undefined);
      throw error instanceof SluiceError ? error : new SluiceError('FILES', `cannot write ${this.path}: ${messageOf(error)}`, error);
    }
  }

  async #writeTemporary(model: Model, savedAt: string): Promise<void> {
    const file = await open(this.#temporary, 'wx', 0o600);
    let bytes = 0;
    try {
      for (const piece of toPieces(model, savedAt)) {
        const buffer = Buffer.from(piece);
        bytes += buffer.length;
        if (bytes > this.#mostBytes) throw new SluiceError('FILES', `the model takes more than ${this.#mostBytes} bytes and is not saved`);
        await file.appendFile(buffer);
        await turn();
      }
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** What killed processes have left. One that lives, and should not be here, writes again. */
  async #dropHalves(): Promise<void> {
    const folder = dirname(this.path);
    const halves = (await readdir(folder)).filter((name) => name.startsWith(`${basename(this.path)}.`) && name.endsWith('.tmp'));
    for (const name of halves) await rm(join(folder, name), { force: true });
  }

  async #setAside(because: string): Promise<Loaded> {
    const aside = `${this.path}.set-aside-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    try {
      await rename(this.path, aside);
      await this.#prune();
      return { kind: 'set-aside', path: aside, because };
    } catch (error) {
      return { kind: 'set-aside', path: this.path, because: `${because}; nor can it be moved: ${messageOf(error)}` };
    }
  }

  /** The names end with the time, so their order is that of age. */
  async #prune(): Promise<void> {
    const folder = dirname(this.path);
    const aside = (await readdir(folder)).filter((name) => name.startsWith(`${basename(this.path)}.set-aside-`)).sort();
    for (const name of aside.slice(0, -KEPT_ASIDE)) await rm(join(folder, name), { force: true });
  }
}
