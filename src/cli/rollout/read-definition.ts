import { readFileSync } from 'node:fs';
import { messageOf } from '../../kit/error.ts';
import { EXIT, ExitError } from '../exit-codes.ts';

const STANDARD_INPUT = 0;

const read = (path: string): string => {
  try {
    return readFileSync(path === '-' ? STANDARD_INPUT : path, 'utf8');
  } catch (error) {
    throw new ExitError(EXIT.usage, `--file: ${path} cannot be read: ${messageOf(error)}`);
  }
};

const parse = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ExitError(EXIT.usage, `--file: ${path} holds no JSON: ${messageOf(error)}`);
  }
};

/** The definition of one app. What it holds is judged by Sluice. Throws an ExitError `usage` where there is none. */
export const readDefinition = (path: string): object => {
  const definition = parse(read(path), path);
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition))
    throw new ExitError(EXIT.usage, `--file: ${path} holds no app: it must be one definition, { "id": "/shop", ... }`);
  return definition;
};
