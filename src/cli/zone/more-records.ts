import { parseStaticRecords } from '../../dns/static-records/parse.ts';
import { messageOf, SluiceError } from '../../kit/error.ts';
import { readText } from '../../settings-file.ts';
import type { Told } from './told.ts';

const NOTHING: Told = { change: {}, notes: [] };

const parsed = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SluiceError('SETTINGS', `--dns-records: ${path} is no JSON: ${messageOf(error)}`, error);
  }
};

/** What somebody wrote besides; undefined: no file was given. @throws SluiceError SETTINGS */
export const moreRecords = (path: string | undefined): Told => {
  if (path === undefined) return NOTHING;
  const read = parseStaticRecords(parsed(path, readText('--dns-records', path)));
  if (read === undefined)
    throw new SluiceError('SETTINGS', `--dns-records: ${path} is neither a list of records nor has one under 'records'`);
  return { change: { records: read.records }, notes: read.problems.map((problem) => `--dns-records ${path}: ${problem}`) };
};
