import { readFile, rename } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { isMissing, messageOf, SluiceError } from '../../kit/error.ts';
import { replaceFile } from '../../store/replace-file.ts';
import { fromBytes, type SavedMesos, toPieces } from './picture-text.ts';

export type Loaded =
  | { readonly kind: 'saved'; readonly saved: SavedMesos }
  /** There is no such file. */
  | { readonly kind: 'none' }
  /** It cannot be trusted. `path`: where it is now. */
  | { readonly kind: 'set-aside'; readonly path: string; readonly because: string };

/** One is kept: that of the last time is of no use to anybody who did not look. */
const setAside = async (path: string, because: string): Promise<Loaded> => {
  const aside = `${path}.set-aside`;
  try {
    await rename(path, aside);
    return { kind: 'set-aside', path: aside, because };
  } catch (error) {
    return { kind: 'set-aside', path, because: `${because}; nor can it be moved: ${messageOf(error)}` };
  }
};

/** What is not a whole picture of this version is moved out of the way, so that it is told once. Never throws. */
export const loadPicture = async (path: string): Promise<Loaded> => {
  try {
    const understood = fromBytes(await readFile(path));
    return understood.kind === 'saved' ? understood : await setAside(path, understood.because);
  } catch (error) {
    return isMissing(error) ? { kind: 'none' } : setAside(path, `it cannot be read: ${messageOf(error)}`);
  }
};

/** Puts this picture in place of the last one, whole or not at all, on the disk when it resolves. @throws SluiceError FILES; then the last one stays */
export const savePicture = async (path: string, saved: SavedMesos): Promise<void> => {
  try {
    const pieces: string[] = [];
    for (const piece of toPieces(saved)) {
      pieces.push(piece);
      await turn();
    }
    await replaceFile(path, pieces.join(''));
  } catch (error) {
    throw new SluiceError('FILES', `cannot write ${path}: ${messageOf(error)}`, error);
  }
};
