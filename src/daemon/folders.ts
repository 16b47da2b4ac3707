import { messageOf, SluiceError } from '../kit/error.ts';
import type { Settings } from '../settings.ts';
import { makeFolder } from '../startup/make-folder.ts';

/** The run directory and the state directory. Throws SluiceError FILES. */
export const makeFolders = (settings: Settings): void => {
  for (const [flag, folder] of [
    ['--run-dir', settings.runDir],
    ['--state-dir', settings.stateDir],
  ] as const) {
    try {
      makeFolder(folder, 0o700);
    } catch (error) {
      throw new SluiceError('FILES', `${flag} ${folder} cannot be made: ${messageOf(error)}; give a folder that can be written`, error);
    }
  }
};
