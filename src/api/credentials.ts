import { createHash, timingSafeEqual } from 'node:crypto';

/** What its owner may do. `write` may read too. */
export type Role = 'read' | 'write';

/** The token itself is not kept. */
export interface Token {
  readonly role: Role;
  /** SHA-256: of one length for all, so that comparing tells nothing. */
  readonly digest: Buffer;
}

/** Who may come in. */
export interface Known {
  /** undefined: no tokens are taken, and what is sent of them counts for nothing. */
  readonly tokens: readonly Token[] | undefined;
  /** Names in client certificates that may write; all others read. undefined: certificates count for nothing. */
  readonly writeNames: readonly string[] | undefined;
}

/** What a request shows. */
export interface Presented {
  /** The header as it is. */
  readonly authorization: string | undefined;
  /** Of a client certificate that TLS has verified, its common name; '' where it has none, or several. undefined: no certificate. */
  readonly commonName: string | undefined;
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Shorter ones can be guessed. */
const LEAST_CHARACTERS = 16;

const tokenIn = (line: string, at: number): Token => {
  const [, role, token = ''] = /^(read|write)\s+(\S+)$/.exec(line) ?? [];
  if (role !== 'read' && role !== 'write') throw new Error(`line ${at} is not 'read TOKEN' or 'write TOKEN'`);
  if (!/^[\x21-\x7e]+$/.test(token) || token.length < LEAST_CHARACTERS)
    throw new Error(`the token of line ${at} is not ${LEAST_CHARACTERS} or more characters of ASCII: make one by openssl rand -hex 32`);
  return { role, digest: digestOf(token) };
};

/** The tokens of a file. Empty lines and lines that begin with # are nothing. Throws an Error that names the line, and never tells what it holds. */
export const tokensIn = (text: string): readonly Token[] => {
  const tokens = text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), at: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ line, at }) => tokenIn(line, at));
  if (tokens.length === 0) throw new Error("it holds no token: it needs a line 'read TOKEN' or 'write TOKEN'");
  return tokens;
};

/** All are looked at, however early one fits. */
const rolesOf = (authorization: string, tokens: readonly Token[]): readonly Role[] => {
  const digest = digestOf(/^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '');
  return tokens.filter((token) => timingSafeEqual(token.digest, digest)).map(({ role }) => role);
};

const mostOf = (roles: readonly Role[]): Role => (roles.includes('write') ? 'write' : 'read');

/**
 * What a request may do: the most that its token or its certificate allows. `unknown`: it has shown a token that is not known, whatever else
 * it has shown. undefined: it has shown nothing.
 */
export const roleOf = ({ authorization, commonName }: Presented, { tokens, writeNames }: Known): Role | 'unknown' | undefined => {
  const byToken = tokens === undefined || authorization === undefined ? undefined : rolesOf(authorization, tokens);
  if (byToken?.length === 0) return 'unknown';
  const byName: readonly Role[] =
    writeNames === undefined || commonName === undefined ? [] : [writeNames.includes(commonName) ? 'write' : 'read'];
  const roles = [...(byToken ?? []), ...byName];
  return roles.length === 0 ? undefined : mostOf(roles);
};
