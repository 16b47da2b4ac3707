import { readFileSync } from 'node:fs';
import { messageOf, SluiceError } from '../kit/error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Lines NAME=VALUE as `docker --env-file` takes them: values as they are, with their quotes; # begins a comment; a NAME alone is as it is in `own`.
 * @throws SluiceError SETTINGS
 */
export const readEnvFile = (path: string, own: Environment): Environment => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SluiceError('SETTINGS', `--env: ${path} cannot be read: ${messageOf(error)}`);
  }
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, '').trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line, at) => {
      const [, name, value] = /^([A-Za-z_][A-Za-z0-9_.-]*)(?:=(.*))?$/s.exec(line) ?? [];
      // Told without what it holds: it may be a password.
      if (name === undefined)
        throw new SluiceError('SETTINGS', `--env: ${path} has a line (number ${at + 1} of those that count) that is not NAME=VALUE`);
      return [name, value ?? own[name]];
    }),
  );
};
