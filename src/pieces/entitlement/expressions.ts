import { shown } from '../../kit/shown.ts';
import type { Line } from '../lines.ts';
import { fileRefusal, firstOf } from './files.ts';
import type { Own } from './own.ts';

/**
 * What stands within words: fetches, converters, variables, file flags. Looked for in every word of a line, wherever HAProxy may read them, so that a
 * word that only looks like one is refused too: better than one that was not seen.
 */

/** Sluice's own, in templates/: an app that set them would choose the backend of others. */
const OWN_VARIABLES: readonly string[] = [
  'access',
  'allowed',
  'asked',
  'backend',
  'client',
  'colour',
  'colour_arrived',
  'colour_bucket',
  'colour_preview',
  'colour_visitor',
  'colours',
  'free',
  'guard',
  'host',
  'key',
  'name',
  'origin',
  'owner',
  'passed',
  'path',
  'proxied',
  'rank',
  'secure',
  'shape',
  'sni',
  'times',
  'took',
].map((name) => `txn.${name}`);

/** name( with what follows up to the end of its arguments; no name is part of a longer one. */
const CALL = /(?<![A-Za-z0-9_.-])([a-z0-9_.-]+)\(([^)]*)/g;

const FILES = /^map(?:_\w+)?$/;

/** They read what is not theirs, write where Sluice reads, or take a file that cannot be told from a key. */
const REFUSED = /^(?:env|debug|jwt_verify.*|jwt_decrypt.*|http_auth_bearer|lua\..*|shm_stats.*)$/;

/** Their argument is a backend, a frontend or BACKEND/SERVER. */
const OF_PROXY = /^(?:nbsrv|connslots|queue|avg_queue|fe_\w+|be_\w+|srv_\w+)$/;

/** Their last argument that is no number is a table. */
const OF_TABLE = /^(?:table_\w+|in_table|src_\w+|sc\d?_\w+)$/;

const OF_USERS = /^http_auth(?:_group)?$/;

const SET_VARIABLE = /^(?:un)?set-var(?:-fmt)?$/;

/** Names in quotes mean the same. */
const bare = (text: string): string => text.replaceAll(/["'\\ ]/g, '');

const variableRefusal = (name: string): string | undefined => {
  if (!/^(?:txn|req|res|sess|check)\./.test(name)) return `sets the variable ${shown(name)}: only txn., req., res. and sess. are its own`;
  return OWN_VARIABLES.includes(name) ? `sets the variable ${shown(name)}, which Sluice needs` : undefined;
};

const proxyRefusal = (name: string | undefined, { backend }: Own): string | undefined =>
  name === undefined || name === '' || name === backend ? undefined : `asks about ${shown(name)}, which is not its own`;

const tableOf = (name: string, args: readonly string[]): string | undefined =>
  /^(?:table_\w+|in_table)$/.test(name) ? args[0] : args.filter((word) => !/^\d*$/.test(word)).at(-1);

const callRefusal = (name: string, args: readonly string[], own: Own): string | undefined => {
  const [first = ''] = args;
  if (REFUSED.test(name)) return `uses ${name}(), which no app may use`;
  if (FILES.test(name)) return fileRefusal(first, own);
  if (SET_VARIABLE.test(name)) return variableRefusal(first);
  if (OF_USERS.test(name))
    return first === `user_${own.backend}` || !first.startsWith('user_')
      ? undefined
      : `asks for the users of ${shown(first)}, which are not its own`;
  if (OF_TABLE.test(name)) return proxyRefusal(tableOf(name, args), own);
  if (!OF_PROXY.test(name)) return undefined;
  return proxyRefusal(name.startsWith('srv_') && !first.includes('/') ? undefined : first.replace(/\/.*$/, ''), own);
};

const wordRefusal = (word: string, own: Own): string | undefined => {
  for (const [, name = '', args = ''] of word.matchAll(CALL)) {
    const refusal = callRefusal(name, args.split(',').map(bare), own);
    if (refusal !== undefined) return refusal;
  }
  return /,\s*debug(?![\w.-])/.test(word) ? 'uses debug, which no app may use' : undefined;
};

/** lua.x needs no bracket: it is one where HAProxy looks for a fetch or a converter. A pattern of an ACL may look the same. */
const luaRefusal = (line: Line): string | undefined => {
  const found = line.some((word, at) => /(?:%\[\s*|,\s*)lua\./.test(word) || (/^lua\./.test(word) && !(line[0] === 'acl' && at > 2)));
  return found ? 'uses Lua, which no app may use' : undefined;
};

/** -f FILE in the conditions of a line. */
const flagRefusal = (line: Line, own: Own): string | undefined => {
  for (const [at, word] of line.entries()) {
    const refusal = word === '-f' ? fileRefusal(line[at + 1], own) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

/** Why an app may not have this line, whatever it begins with; undefined: nothing in its words is against it. */
export const expressionRefusal = (line: Line, own: Own): string | undefined =>
  firstOf(
    () => flagRefusal(line, own),
    () => luaRefusal(line),
    () => line.map((word) => wordRefusal(word, own)).find((refusal) => refusal !== undefined),
  );
