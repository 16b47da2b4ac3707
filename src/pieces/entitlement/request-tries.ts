import type { Line } from '../lines.ts';
import { namesIn } from './acls.ts';
import { LONGEST_VALUE, triesOf } from './regex-tries.ts';
import { regexesIn } from './regexes.ts';

/** What all regular expressions in the lines of a section may cost one request. */

/** All else is one line of what a client has sent. */
const MAY_HAVE_LINE_BREAKS = /dec|body|payload|rstring|rbinary/;

const bare = (name: string): string => name.replace(/^!+/, '');

/**
 * The most tries that one request may be made to pay for these lines: each line that names an ACL asks it anew.
 * @param others tries of ACLs that are not in these lines
 */
export const triesOfRequest = (lines: readonly Line[], others: ReadonlyMap<string, number> = new Map()): number => {
  const isOneLine = !lines.flat().some((word) => MAY_HAVE_LINE_BREAKS.test(word));
  const triesIn = (line: Line): number => regexesIn(line).reduce((sum, regex) => sum + triesOf(regex, LONGEST_VALUE, isOneLine), 0);
  const acls = new Map(others);
  const rules = lines.filter(([keyword]) => keyword !== 'acl');
  for (const line of lines) if (line[0] === 'acl') acls.set(line[1] ?? '', (acls.get(line[1] ?? '') ?? 0) + triesIn(line));
  const named = (line: Line): number => namesIn(line).reduce((sum, name) => sum + (acls.get(bare(name)) ?? 0), 0);
  return rules.reduce((sum, line) => sum + triesIn(line) + named(line), 0);
};
