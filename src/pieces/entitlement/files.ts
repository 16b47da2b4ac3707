import { shown } from '../../kit/shown.ts';
import type { Own } from './own.ts';

/** A relative path without a way up: no '.', '..' or empty part, no prefix like `file@`. */
const RELATIVE = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)+$/;

const NO_FILE =
  'no file may be named; a page is a text: that of the label SORRY_PAGE, or http-error status 503 content-type text/plain string "soon"';

/** Why an app may not name this file; undefined: it may. */
export const fileRefusal = (path: string | undefined, { folders, files }: Own): string | undefined => {
  if (path === undefined || path === '') return 'names no file where one is needed';
  if (files.includes(path)) return undefined;
  const within = RELATIVE.test(path) && folders.some((folder) => path.startsWith(`${folder}/`));
  return within
    ? undefined
    : `names the file ${shown(path)}: ${folders.length === 0 ? NO_FILE : `only files in ${folders.join(' and ')} may be named, e.g. ${folders[0] ?? ''}/503.http`}`;
};

/** The first refusal of many looks. */
export const firstOf = (...looks: readonly (() => string | undefined)[]): string | undefined => {
  for (const look of looks) {
    const refusal = look();
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};
