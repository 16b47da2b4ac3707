import { translateLine } from './translate.ts';
import { lineText, wordsOf } from './lines.ts';
import type { Outcome } from './outcome.ts';

/** An operator's text in place of HEAD, taken apart: lines of haproxy.cfg without the one that opens their section. */
export interface Head {
  readonly global: readonly string[];
  /** Of the first `defaults` without a name. */
  readonly defaults: readonly string[];
  /** Of `listen stats`; undefined: it has none. */
  readonly stats: readonly string[] | undefined;
  /** All other sections, with the lines that open them. */
  readonly others: readonly string[];
  /** Lines that are left out: Sluice has its own in their place. */
  readonly left: readonly string[];
}

const SECTIONS: ReadonlySet<string> = new Set(
  'global defaults frontend backend listen peers userlist resolvers mailers http-errors program cache ring fcgi-app log-forward crt-store traces'.split(
    ' ',
  ),
);

/** What makes a process ours to look after: how it runs, as whom, how it is spoken to, what it knows of the one before. */
const OWN_GLOBAL: ReadonlySet<string> = new Set(
  'daemon master-worker mworker-max-reloads pidfile chroot uid gid user group description default-path server-state-file server-state-base'.split(
    ' ',
  ),
);

/** Marathon-LB's programs in HAProxy: Sluice answers in their place. */
const LUA_OF_MARATHON_LB = /(?:^|\/)(?:getpids|getconfig|getmaps|signalmlb)\.lua$/;

const isOwnGlobal = ([first = '', second = '']: readonly string[]): boolean =>
  OWN_GLOBAL.has(first) ||
  (first === 'stats' && (second === 'socket' || second === 'timeout')) ||
  (first === 'lua-load' && LUA_OF_MARATHON_LB.test(second));

const isOwnDefault = ([first = '']: readonly string[]): boolean => first === 'load-server-state-from-file';

/** Services that were programs of Marathon-LB, and a path that Sluice answers itself. */
const isOwnStats = ([first = '', second = '', third = '']: readonly string[]): boolean =>
  first === 'http-request' && second === 'use-service' && third.startsWith('lua.');

interface Sections {
  readonly global: string[];
  readonly defaults: string[];
  stats: string[] | undefined;
  readonly others: string[];
  readonly left: string[];
}

/** Where the lines of a section go, and which of them do not. */
interface Target {
  readonly lines: string[];
  readonly isOwn: (words: readonly string[]) => boolean;
}

const none = (): boolean => false;

const open = (words: readonly string[], line: string, sections: Sections): Target => {
  const [keyword, name] = words;
  if (keyword === 'global') return { lines: sections.global, isOwn: isOwnGlobal };
  if (keyword === 'defaults' && name === undefined && sections.defaults.length === 0)
    return { lines: sections.defaults, isOwn: isOwnDefault };
  if (keyword === 'listen' && name === 'stats' && sections.stats === undefined) {
    sections.stats = [];
    return { lines: sections.stats, isOwn: isOwnStats };
  }
  sections.others.push(line);
  return { lines: sections.others, isOwn: none };
};

const put = (words: readonly string[], line: string, { lines, isOwn }: Target, left: string[]): string | undefined => {
  if (isOwn(words)) {
    left.push(line);
    return undefined;
  }
  const translation = translateLine(words);
  if ('wrong' in translation) return translation.wrong;
  const isAsBefore = translation.lines.length === 1 && translation.lines[0] === words;
  lines.push(...(isAsBefore ? [line] : translation.lines.map(lineText)));
  return undefined;
};

/** Takes the text apart. Words that we do not understand, such as those that read the environment, stay as they are. */
export const readHead = (text: string): Outcome<Head> => {
  const sections: Sections = { global: [], defaults: [], stats: undefined, others: [], left: [] };
  let target: Target | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const read = wordsOf(line);
    const words = 'value' in read ? read.value : line.split(/\s+/);
    const [first = ''] = words;
    if (first === '') continue;
    if (SECTIONS.has(first)) {
      target = open(words, line, sections);
      continue;
    }
    if (target === undefined) return { wrong: `has the line "${line}" before any section: it begins with global` };
    const wrong = put(words, line, target, sections.left);
    if (wrong !== undefined) return { wrong };
  }
  return { value: sections };
};
