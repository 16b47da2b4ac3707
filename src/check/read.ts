import { readFileSync } from 'node:fs';
import { messageOf, SluiceError } from '../kit/error.ts';
import { hideCredentials } from '../kit/hide-credentials.ts';
import { readOnce, readRawOnce } from '../marathon/read-once.ts';
import type { AppEntry } from '../model/model.ts';
import type { Settings } from '../settings.ts';
import { type Definition, definitionsIn } from './definitions.ts';
import { entriesOf } from './entries.ts';
import { withTrialTask } from './trial-task.ts';

/**
 * The apps of a file; `-`: of standard input. `flag` is named in what is thrown.
 * @throws SluiceError SETTINGS when it cannot be read, or holds nothing of that kind
 */
export const readDefinitions = (flag: string, path: string): readonly Definition[] => {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    // Without the error itself, which would tell its words again: somebody may have given an address with a password where a file belongs.
    throw new SluiceError('SETTINGS', hideCredentials(`${flag}: ${path} cannot be read: ${messageOf(error)}`));
  }
  try {
    return definitionsIn(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    throw new SluiceError('SETTINGS', `${flag}: ${path} holds no apps, groups or list of apps: ${messageOf(error)}`, error);
  }
};

const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);

const readMarathon = async (url: string, marathon: Settings['marathon']): Promise<readonly AppEntry[]> => {
  const read = await readOnce({ ...marathon, urls: [url] });
  return read.flatMap(({ value }) => (value === undefined ? [] : [withTrialTask(value)]));
};

/** The apps that run, as Marathon answers them. */
export const readDeployed = async ({ marathon }: Settings): Promise<readonly Definition[]> => definitionsIn(await readRawOnce(marathon));

/** They are older than all that comes to them, where nobody says how old. */
const LONG_AGO = new Date(0).toISOString();

/** The apps that run already: those of a file, or of the Marathon at this address. Their own mistakes are not told. */
export const readExisting = async (against: string, settings: Settings): Promise<readonly AppEntry[]> =>
  isUrl(against) ? readMarathon(against, settings.marathon) : entriesOf(readDefinitions('--against', against), [], LONG_AGO).entries;
