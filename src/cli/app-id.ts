import { inPath } from '../marathon/app-path.ts';
import { canonicalId } from '../rollout/app-id.ts';
import { EXIT, ExitError } from './exit-codes.ts';

/** A URL takes these for folders: it would ask for something else. */
const FOLDERS = ['', '.', '..'];

/** '/shop' of 'shop' and '/shop/'. @throws ExitError `usage` where it cannot be the id of an app or a group */
export const idOf = (given: string): string => {
  const id = canonicalId(given);
  if (
    !id
      .slice(1)
      .split('/')
      .some((word) => FOLDERS.includes(word))
  )
    return id;
  throw new ExitError(EXIT.usage, `'${given}' is no id: it has words between slashes, none of them . or .., e.g. /shop/cart`);
};

/** The same as part of a path. @throws ExitError as idOf */
export const idForPath = (given: string): string => inPath(idOf(given));
