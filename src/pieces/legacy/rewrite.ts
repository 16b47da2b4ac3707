import { andAlso, splitCondition } from '../condition.ts';
import type { Line } from '../lines.ts';
import { asksNothing, parseHeaderLine, parseHeaderPrefix, splitHeader } from './header.ts';
import { inAnyCase } from './regex.ts';
import { parseRequestLine, patternOf, rewriteOf } from './request-line.ts';
import type { Translation } from './translation.ts';

/** reqadd, reqrep, reqdel, reqdeny ... and their rsp... twins, which HAProxy 2.1 took away: they worked on lines, newer ones on parts. */

interface Rule {
  /** As written: 'reqirep'. */
  readonly directive: string;
  readonly of: 'http-request' | 'http-response';
  readonly anyCase: boolean;
}

const ruleOf = (directive: string): Rule => ({
  directive,
  of: directive.startsWith('rsp') ? 'http-response' : 'http-request',
  anyCase: /^(?:req|rsp)i/.test(directive),
});

/** HAProxy formats what it writes: a % stands for itself when there are two. */
const formatted = (text: string): string => text.replaceAll('%', '%%');

const methodTerm = (methods: readonly string[] | undefined): Line => (methods === undefined ? [] : ['{', 'method', ...methods, '}']);

const withTerm = (action: Line, condition: Line, term: Line, rule: Rule): Translation => {
  const both = term.length === 0 ? condition : andAlso(condition, term);
  return both === undefined
    ? { wrong: `uses ${rule.directive} with a condition of too many parts: write it as ${rule.of} rules` }
    : { lines: [[...action, ...both]] };
};

export const add = (words: Line): Translation => {
  const rule = ruleOf(words[0] ?? '');
  const { before, condition } = splitCondition(words.slice(1));
  const header = before.length === 1 ? splitHeader(before[0] ?? '') : undefined;
  if (header === undefined)
    return { wrong: `uses ${rule.directive} without a header like X-Name:\\ value: write ${rule.of} add-header NAME VALUE` };
  return { lines: [[rule.of, 'add-header', header.name, formatted(header.value), ...condition]] };
};

export const remove = (words: Line): Translation => {
  const rule = ruleOf(words[0] ?? '');
  const { before, condition } = splitCondition(words.slice(1));
  const regex = before.length === 1 ? (before[0] ?? '') : '';
  const header = parseHeaderLine(regex);
  if (header !== undefined && asksNothing(header)) return { lines: [[rule.of, 'del-header', header.name, ...condition]] };
  const prefix = parseHeaderPrefix(regex);
  if (prefix !== undefined) return { lines: [[rule.of, 'del-header', prefix, '-m', 'beg', ...condition]] };
  return { wrong: `uses ${rule.directive}, which HAProxy has no more: write ${rule.of} del-header NAME` };
};

const rewriteHeader = (rule: Rule, regex: string, replacement: string, condition: Line): Translation | undefined => {
  const from = parseHeaderLine(regex);
  const to = splitHeader(replacement);
  if (from === undefined || to === undefined || from.name.toLowerCase() !== to.name.toLowerCase()) return undefined;
  const pattern = inAnyCase(asksNothing(from) && from.value === '' ? '.*' : `^${from.value}`, rule.anyCase);
  return { lines: [[rule.of, 'replace-header', from.name, pattern, formatted(to.value), ...condition]] };
};

const rewriteRequest = (rule: Rule, regex: string, replacement: string, condition: Line): Translation | undefined => {
  const line = rule.of === 'http-request' ? parseRequestLine(regex) : undefined;
  const rewrite = line === undefined ? undefined : rewriteOf(line, replacement);
  if (line === undefined || rewrite === undefined) return undefined;
  const action = [rule.of, 'replace-pathq', inAnyCase(rewrite.regex, rule.anyCase), formatted(rewrite.by)];
  return withTerm(action, condition, methodTerm(line.methods), rule);
};

export const replace = (words: Line): Translation => {
  const rule = ruleOf(words[0] ?? '');
  const { before, condition } = splitCondition(words.slice(1));
  const [regex = '', replacement = '', ...more] = before;
  const translated =
    more.length > 0
      ? undefined
      : (rewriteHeader(rule, regex, replacement, condition) ?? rewriteRequest(rule, regex, replacement, condition));
  const instead =
    rule.of === 'http-request'
      ? 'write http-request replace-pathq REGEX NEW for path and query, http-request replace-header NAME REGEX NEW for a header'
      : 'write http-response replace-header NAME REGEX NEW, or http-response set-status';
  return translated ?? { wrong: `uses ${rule.directive} in a way that newer HAProxys have no word for: ${instead}` };
};

/** What is asked of a request or an answer by a regular expression on one of its lines. */
const termOf = (rule: Rule, regex: string): Line | undefined => {
  const flags = ['-m', 'reg', ...(rule.anyCase ? ['-i'] : [])];
  const header = parseHeaderLine(regex);
  const fetch = rule.of === 'http-request' ? 'req.fhdr' : 'res.fhdr';
  if (header !== undefined && asksNothing(header)) return ['{', `${fetch}(${header.name})`, '-m', 'found', '}'];
  if (header !== undefined) return ['{', `${fetch}(${header.name})`, ...flags, `^${header.value}`, '}'];
  const line = rule.of === 'http-request' ? parseRequestLine(regex) : undefined;
  return line === undefined ? undefined : [...methodTerm(line.methods), '{', 'pathq', ...flags, patternOf(line), '}'];
};

const judged =
  (action: (rule: Rule, before: Line) => Line | undefined, instead: string) =>
  (words: Line): Translation => {
    const rule = ruleOf(words[0] ?? '');
    const { before, condition } = splitCondition(words.slice(1));
    const term = termOf(rule, before[0] ?? '');
    const made = action(rule, before);
    if (term === undefined || made === undefined) return { wrong: `uses ${rule.directive}, which HAProxy has no more: write ${instead}` };
    return withTerm(made, condition, term, rule);
  };

const alone =
  (of: (rule: Rule) => Line) =>
  (rule: Rule, before: Line): Line | undefined =>
    before.length === 1 ? of(rule) : undefined;

export const deny = judged(
  alone(({ of }) => [of, 'deny']),
  'http-request deny if CONDITION',
);
export const allow = judged(
  alone(({ of }) => [of, 'allow']),
  'http-request allow if CONDITION',
);
export const tarpit = judged(
  alone(({ of }) => [of, 'tarpit']),
  'http-request tarpit if CONDITION',
);
export const setBackend = judged(
  (_, [, backend, ...more]) => (backend === undefined || more.length > 0 ? undefined : ['use_backend', backend]),
  'use_backend NAME if CONDITION',
);
