import { readFileSync, statSync } from 'node:fs';
import { messageOf, SluiceError } from '../kit/error.ts';
import { type Page, pageOf } from '../kit/page.ts';

/** No page is that large: more is not read. */
const LARGEST_BYTES = 1_000_000;

const textOf = (file: string): string => {
  try {
    const entry = statSync(file);
    if (!entry.isFile()) throw new Error('it is no file');
    if (entry.size > LARGEST_BYTES) throw new Error(`it has ${entry.size} bytes`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SluiceError('SETTINGS', `--sorry-page: ${file} cannot be read: ${messageOf(error)}`, error);
  }
};

/** The operator's page, read once. Throws SluiceError SETTINGS where it is none. */
export const sorryPageIn = (file: string): Page => {
  const page = pageOf(textOf(file));
  if ('wrong' in page) throw new SluiceError('SETTINGS', `--sorry-page: ${file} ${page.wrong}`);
  return page.value;
};
