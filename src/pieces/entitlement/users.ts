import { shown } from '../../kit/shown.ts';
import type { Line } from '../lines.ts';
import { isPasswordHash } from '../password-hash.ts';

const hasHash = (line: Line): boolean => line[0] === 'user' && line.includes('password');

/** HAProxy computes each once when it reads its configuration. */
const MOST_HASHES = 100;

/** Why these lines together have too many passwords; undefined: they have not. */
export const usersRefusal = (lines: readonly Line[]): string | undefined =>
  lines.filter(hasHash).length > MOST_HASHES ? `has more than ${MOST_HASHES} users with a hashed password` : undefined;

/** `user NAME password HASH groups a,b`: the value is not shown, for it may be a password. */
export const userRefusal = (line: Line): string | undefined => {
  const [, name = '', ...words] = line;
  for (let at = 0; at < words.length; at += 2) {
    const [word = '', value = ''] = words.slice(at, at + 2);
    if (!['password', 'insecure-password', 'groups'].includes(word)) return `has ${shown(word)} for a user, which no app may use`;
    if (word === 'password' && !isPasswordHash(value))
      return `has a password for ${shown(name)} that is none as crypt(3) makes it with up to 19999 rounds, e.g. by mkpasswd -m sha-512 --rounds=5000: a plain one is an insecure-password`;
  }
  return undefined;
};
