import { shown } from '../../kit/shown.ts';
import { andAlso, splitCondition } from '../condition.ts';
import type { Line } from '../lines.ts';
import { fileRefusal, firstOf } from './files.ts';
import type { Own } from './own.ts';

/** Actions of http-request, http-response, http-after-response and tcp-... rules, by what they may do to. */

/** On one request, and nothing that a later request, another app or the log sees. */
const HEADERS =
  'set-header add-header del-header replace-header replace-value replace-path replace-pathq replace-uri set-method set-path set-pathq set-query set-uri';
const JUDGE = 'auth deny tarpit redirect return';

/** In a frontend that all share, and only where a condition says which requests. */
const SHARED = new Set(`${HEADERS} ${JUDGE} set-var set-var-fmt unset-var`.split(' '));

/**
 * Where only requests of the app come by. Not: maps and ACLs at run time, Lua, services, SPOE, caches, name servers (do-resolve), destinations (set-dst): they are
 * everybody's, or lead elsewhere. Not marks and priorities of the network (set-mark, set-tos, set-nice): they are the host's.
 */
const OWN = new Set([
  ...SHARED,
  ...`allow reject silent-drop set-status set-timeout set-src set-src-port set-log-level set-priority-class set-priority-offset disable-l7-retry early-hint wait-for-body
  wait-for-handshake strict-mode normalize-uri cache-none track-sc0 track-sc1 track-sc2 sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-add-gpc sc-set-gpt sc-set-gpt0 accept
  expect-proxy close pause`.split(/\s+/),
]);

const nameOf = (word: string): string => word.replace(/\(.*$/s, '');

/** What a rule answers with may come of a file. */
const answerRefusal = (line: Line, own: Own): string | undefined => {
  for (const [at, word] of line.entries()) {
    const refusal = /^(?:lf-)?file$|^errorfile$/.test(word) ? fileRefusal(line[at + 1], own) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

/** `track-sc0 KEY table NAME`, `stick on KEY table NAME`. */
export const tableRefusal = (line: Line, own: Own): string | undefined => {
  const at = line.indexOf('table');
  return at === -1 || line[at + 1] === own.backend ? undefined : `counts in the table ${shown(line[at + 1] ?? '')}, which is not its own`;
};

const variableNamed = (word: string): boolean => !/^(?:un)?set-var(?:-fmt)?$/.test(word);

const actionRefusal = (line: Line, action: string, allowed: ReadonlySet<string>, own: Own): string | undefined =>
  firstOf(
    () => (allowed.has(nameOf(action)) ? undefined : `has the rule ${shown(`${line[0] ?? ''} ${action}`)}, which no app may use here`),
    () => (variableNamed(action) ? undefined : 'sets a variable without a name'),
    () => answerRefusal(line, own),
    () => (line.includes('table') && /^track-/.test(action) ? tableRefusal(line, own) : undefined),
  );

/** A rule where only requests of the app come by. */
export const ownRuleRefusal = (line: Line, own: Own): string | undefined => actionRefusal(line, line[1] ?? '', OWN, own);

/** A rule of tcp-request and tcp-response: `tcp-request content accept if ...`, `tcp-request inspect-delay 5s`. */
export const tcpRuleRefusal = (line: Line, own: Own): string | undefined =>
  line[1] === 'inspect-delay' ? undefined : actionRefusal(line, line[2] ?? '', OWN, own);

/** A rule among those of others. */
export const sharedRuleRefusal = (line: Line, own: Own): string | undefined =>
  firstOf(
    () => actionRefusal(line, line[1] ?? '', SHARED, own),
    () => conditionRefusal(line),
  );

/** Whatever stands in a frontend of many apps says for which requests it is; to that its hosts are added (own-block.ts). */
export const conditionRefusal = (line: Line): string | undefined => {
  const { before, condition } = splitCondition(line);
  const what = shown(before.slice(0, 2).join(' '));
  if (condition.length < 2) return `has ${what} without a condition, and would do it to the requests of all apps: add \`if\` and the hosts`;
  return andAlso(condition, ['own']) === undefined
    ? `has ${what} with a condition of too many parts: write it as several lines`
    : undefined;
};

/** `use_backend`, `default_backend`: to nobody else's. */
export const backendRefusal = (line: Line, { backend }: Own): string | undefined =>
  line[1] === backend ? undefined : `sends requests to the backend ${shown(line[1] ?? '')}: its own is {backend}`;
