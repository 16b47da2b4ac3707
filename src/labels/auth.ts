import { isPasswordHash } from '../pieces/password-hash.ts';
import type { Parsed, PortLabel } from './label.ts';

/** Who may ask, by HTTP basic authentication. */
export interface Auth {
  /** What a browser shows. */
  readonly realm: string;
  readonly user: string;
  /** As crypt(3) makes it. */
  readonly passwordHash: string;
}

/** Printable ASCII without what ends a quoted text, in haproxy.cfg or in the header WWW-Authenticate. */
const REALM = /^[\x20\x21\x23-\x24\x26\x28-\x5b\x5d-\x7e]{1,100}$/;
/** Printable ASCII without blanks and quotes. */
const USER = /^[\x21\x23-\x26\x28-\x5b\x5d-\x7e]{1,100}$/;

const parse = (text: string): Parsed<Auth | undefined> => {
  const [realm = '', user = '', passwordHash = '', ...more] = text.split(':');
  if (more.length > 0 || passwordHash === '' || !REALM.test(realm) || !USER.test(user))
    return { wrong: 'must be REALM:USER:HASH with just two colons, in ASCII and without quotes' };
  if (isPasswordHash(passwordHash)) return { value: { realm, user, passwordHash } };
  return {
    wrong: 'must end in a password as crypt(3) makes it (a plain one would never match), e.g. by: mkpasswd -m sha-512 --rounds=5000',
  };
};

/** HAPROXY_{n}_AUTH: realm, user and hashed password, which requests must bring (http only). */
export const auth: PortLabel<Auth | undefined> = { name: 'AUTH', absent: undefined, parse, secret: true };
