import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, SluiceError } from '../kit/error.ts';
import { operatorOverrides, type Overrides } from '../pieces/overrides.ts';
import type { Settings } from '../settings.ts';

/** Hundreds of the longest that Marathon-LB itself had. */
const LARGEST_BYTES = 1_000_000;

const textOf = (path: string): string => {
  try {
    const { size } = statSync(path);
    if (size > LARGEST_BYTES) throw new Error(`it has ${size} bytes, more than ${LARGEST_BYTES}`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SluiceError('SETTINGS', `the template ${path} cannot be read: ${messageOf(error)}`, error);
  }
};

const textsIn = (folder: string): readonly (readonly [name: string, text: string])[] => {
  // Most have none of these folders.
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^HAPROXY_[A-Z_]+$/.test(name));
  return names.map((name) => [name, textOf(join(folder, name))]);
};

/**
 * What the operator has in place of Marathon-LB's templates: by the environment, else by files, the last of the folders first.
 * @throws SluiceError SETTINGS
 */
export const overridesOf = ({ environment, pieceFolders }: Pick<Settings, 'environment' | 'pieceFolders'>): Overrides =>
  operatorOverrides(environment.pieces, new Map(pieceFolders.flatMap(textsIn)));
