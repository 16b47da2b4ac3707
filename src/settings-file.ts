import { readFileSync } from 'node:fs';
import { messageOf, SluiceError } from './kit/error.ts';

/** Throws a SluiceError SETTINGS. @param from the flag or variable that names the file */
export const readText = (from: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SluiceError('SETTINGS', `${from}: ${path} cannot be read: ${messageOf(error)}`, error);
  }
};
