import { shown } from '../../kit/shown.ts';
import { splitCondition } from '../condition.ts';
import type { Line } from '../lines.ts';
import { firstOf } from './files.ts';

/** What is asked and what it is compared with: `path_beg -i /a /b`, of an `acl` line or in braces. */
interface Comparison {
  readonly fetch: string;
  readonly flags: readonly string[];
  /** Behind -m. */
  readonly methods: readonly string[];
  readonly patterns: Line;
}

/** A value follows it. */
const VALUED = new Set(['-f', '-m']);

const comparisonOf = ([fetch = '', ...words]: Line): Comparison => {
  const flags: string[] = [];
  const methods: string[] = [];
  let at = 0;
  for (; words[at]?.startsWith('-') === true; at += 1) {
    const flag = words[at] ?? '';
    if (flag === '--') {
      at += 1;
      break;
    }
    flags.push(flag);
    if (flag === '-m') methods.push(words[at + 1] ?? '');
    if (VALUED.has(flag)) at += 1;
  }
  return { fetch, flags, methods, patterns: words.slice(at) };
};

const inBraces = (line: Line): readonly Line[] =>
  line.flatMap((word, at) => {
    if (!/^!*\{$/.test(word)) return [];
    const end = line.indexOf('}', at);
    return [line.slice(at + 1, end === -1 ? line.length : end)];
  });

/** All comparisons of a line. */
export const comparisonsOf = (line: Line): readonly Comparison[] =>
  (line[0] === 'acl' ? [line.slice(2)] : inBraces(line)).map(comparisonOf);

/** -u NUMBER would give an ACL the number of one that is there; those of HAProxys to come may do anything. */
const FLAGS = new Set(['-i', '-f', '-m', '-n', '-M']);

const flagRefusal = (line: Line): string | undefined => {
  const flag = comparisonsOf(line)
    .flatMap(({ flags }) => flags)
    .find((one) => !FLAGS.has(one));
  return flag === undefined
    ? undefined
    : `has ${shown(flag)} for an ACL, which no app may use: before a pattern that begins with - write --`;
};

/** The ACL that a line is about, or those that its condition names, with ! where they must not be true. */
export const namesIn = (line: Line): readonly string[] => {
  if (line[0] === 'acl') return [line[1] ?? ''];
  const names: string[] = [];
  let isWithin = false;
  for (const word of splitCondition(line).condition) {
    if (/^!*\{$/.test(word)) isWithin = true;
    if (!isWithin) names.push(word);
    if (word === '}') isWithin = false;
  }
  return names;
};

/** Sluice's own have a colon, with the backend behind it: own-block.ts. */
const nameRefusal = (line: Line): string | undefined => {
  const name = namesIn(line).find((one) => one.includes(':'));
  return name === undefined ? undefined : `has the ACL ${shown(name)}: no colon may be in its name`;
};

/** Why an app may not have the ACLs of this line; undefined: it may. */
export const aclRefusal = (line: Line): string | undefined =>
  firstOf(
    () => flagRefusal(line),
    () => nameRefusal(line),
  );
