import type { TestContext } from 'node:test';
import type { Check, Finding, Level } from '../../src/doctor/check.ts';
import { type Settings, toSettings } from '../../src/settings.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** A folder that is gone after the test. */
export const folderOf = (t: TestContext): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  return path;
};

/** What a check finds with these flags, by their camel-case names, and these variables of the environment. */
export const find = async (
  check: Check,
  flags: Readonly<Record<string, unknown>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly Finding[]> => {
  const settings: Settings = toSettings({ group: ['*'], ...flags }, environment);
  return check.find({ settings, signal: AbortSignal.timeout(60_000) });
};

export const levels = (findings: readonly Finding[]): readonly Level[] => findings.map(({ level }) => level);

/** Every message, in one text. */
export const messages = (findings: readonly Finding[]): string => findings.map(({ message }) => message).join('\n');
