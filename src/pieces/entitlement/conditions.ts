import { shown } from '../../kit/shown.ts';
import type { Line } from '../lines.ts';

/**
 * Which word begins the condition must be the same to HAProxy as to us: hosts are added to what we take for one (own-block.ts). In
 * `http-request return hdr if string x` HAProxy sees a header `if` and no condition.
 */

/** What follows these is no rule, or a text. */
const WITHOUT_CONDITION = new Set(['acl', 'description', 'user', 'group']);

const isBegin = (word: string): boolean => word === 'if' || word === 'unless';

/** Actions, and how many words follow them before a condition. */
const ARGUMENTS: Readonly<Record<string, number>> = {
  'set-header': 2,
  'add-header': 2,
  'del-header': 1,
  'replace-header': 3,
  'replace-value': 3,
  'replace-path': 2,
  'replace-pathq': 2,
  'replace-uri': 2,
  'set-method': 1,
  'set-path': 1,
  'set-pathq': 1,
  'set-query': 1,
  'set-uri': 1,
};

/** A value follows each of them. */
const VALUED = new Set(
  `location prefix scheme code set-cookie clear-cookie realm status deny_status content-type errorfiles errorfile file lf-file string lf-string hdr -m`.split(
    ' ',
  ),
);

const isArgument = (line: Line, at: number): boolean => {
  const [directive = '', action = ''] = line;
  const count = /^http-/.test(directive) && Object.hasOwn(ARGUMENTS, action) ? (ARGUMENTS[action] ?? 0) : undefined;
  // del-header has a method too.
  if (count !== undefined && action !== 'del-header') return at !== 2 + count;
  return at < 2 + (count ?? 0) || VALUED.has(line[at - 1] ?? '') || line[at - 2] === 'hdr' || /^set-var/.test(line[at - 1] ?? '');
};

/** Why nobody could be sure where the condition of this line begins; undefined: it is plain, or there is none. */
export const beginRefusal = (line: Line): string | undefined => {
  if (WITHOUT_CONDITION.has(line[0] ?? '')) return undefined;
  if (line.filter(isBegin).length > 1) return 'has more than one `if` or `unless` in a line: no word but that of the condition may be one';
  const at = line.findIndex(isBegin);
  const mayBeRule = line[0] === 'redirect' || /^http-(?:request|response|after-response)$/.test(line[0] ?? '');
  return at !== -1 && mayBeRule && isArgument(line, at)
    ? `has ${shown(line.slice(0, at + 1).join(' '))}, where \`${line[at] ?? ''}\` is no beginning of a condition`
    : undefined;
};
