import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, SluiceError } from '../kit/error.ts';
import type { TemplateTexts } from '../render/templates.ts';

const OWN = fileURLToPath(new URL('../../templates', import.meta.url));

/** All of ours together have a hundredth of it. */
const LARGEST_BYTES = 1_000_000;

const textOf = (path: string): string => {
  const { size } = statSync(path);
  if (size > LARGEST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${LARGEST_BYTES}`);
  return readFileSync(path, 'utf8');
};

const textsIn = (folder: string): ReadonlyMap<string, string> => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.hbs'));
  return new Map(files.map((file) => [file.slice(0, -'.hbs'.length), textOf(join(folder, file))]));
};

const textsOfOperator = (folder: string): ReadonlyMap<string, string> => {
  try {
    return textsIn(folder);
  } catch (error) {
    throw new SluiceError('SETTINGS', `--templates-dir: ${folder} cannot be read: ${messageOf(error)}`, error);
  }
};

/** The texts of all templates: Sluice's own, with those of the operator's folder in their place. */
export const loadTemplates = (folder: string | undefined): TemplateTexts =>
  new Map([...textsIn(OWN), ...(folder === undefined ? [] : textsOfOperator(folder))]);
