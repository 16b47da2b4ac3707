import type { Refusal } from '../desired/refusal.ts';
import type { Blame } from '../haproxy/blame.ts';
import { escapeUnprintable } from '../kit/unprintable.ts';
import type { SectionSource } from '../render/section.ts';

const LONGEST_WORDS = 300;
const LONGEST_LINE = 120;

/** Labels by the first word of the line in a profile that is made of them. */
const LABELS: Readonly<Record<string, string>> = { balance: 'BALANCE', cookie: 'STICKY' };

const shown = (text: string, longest: number): string => escapeUnprintable(text.length > longest ? `${text.slice(0, longest)}…` : text);

/** The first line, the same each time: without the folder that the files were in. */
export const inShort = (message: string): string => shown(message.split('\n')[0]?.replaceAll(/\/\S*\//g, '') ?? '', LONGEST_WORDS);

/** What is left out because HAProxy complains of it, in HAProxy's words. */
export const refusalOf = ({ section, diagnostic, line }: Blame): Refusal => {
  const because = `${inShort(diagnostic.message)}${line === undefined ? '' : ` (in the line '${shown(line, LONGEST_LINE)}')`}`;
  if (section.kind === 'listener') return { kind: 'listener', value: section.value, because };
  if (section.kind === 'block') return { kind: 'block', value: section.value, because };
  if (section.kind === 'backend') {
    const isOfServer = diagnostic.server !== undefined || line?.startsWith('server ') === true;
    return { kind: 'backend', value: section.value, about: isOfServer ? 'servers' : 'settings', because };
  }
  const label = LABELS[line?.split(' ')[0] ?? ''];
  return { kind: 'profile', value: section.value, because, ...(label === undefined ? {} : { label }) };
};

/** What is left out because a template of the operator fails on it. */
export const refusalOfTemplate = (source: SectionSource, message: string): Refusal => {
  const because = inShort(message);
  return source.kind === 'backend' ? { ...source, about: 'servers', because } : { ...source, because };
};
