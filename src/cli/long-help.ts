import { readFileSync } from 'node:fs';

/** What an operator and who writes labels look up, in the order in which Marathon-LB had it. */
const CHAPTERS = ['templates', 'labels', 'cli', 'container'];

/** The whole reference, as it is in docs/. */
export const longHelp = (chapters: readonly string[] = CHAPTERS): string =>
  chapters.map((name) => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')).join('\n');
