import { readFileSync } from 'node:fs';

/** What becomes of one thing that Marathon-LB was given, as docs/marathon-lb.md has it. */
export interface Difference {
  readonly fate: 'same' | 'fixed' | 'no effect';
  /** What is different; '' where nothing is. */
  readonly text: string;
}

/** By chapter; names as Marathon-LB had them, labels with {n} for the port's number. */
export interface Differences {
  readonly flags: ReadonlyMap<string, Difference>;
  readonly variables: ReadonlyMap<string, Difference>;
  readonly labels: ReadonlyMap<string, Difference>;
  readonly templates: ReadonlyMap<string, Difference>;
  /** Of apps, tasks and ports: by what stands in the first column. */
  readonly apps: ReadonlyMap<string, Difference>;
}

const FILE = new URL('../../docs/marathon-lb.md', import.meta.url);

const FATES: readonly string[] = ['same', 'fixed', 'no effect'] satisfies readonly Difference['fate'][];

/** Names in backquotes; where there are none, the whole cell. */
const namesIn = (cell: string): readonly string[] => {
  const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  return names.length === 0 || cell.replaceAll(/`[^`]+`|,|\bto\b|\s/g, '') !== '' ? [cell.replaceAll('`', '')] : names;
};

const rowsOf = (chapter: string): ReadonlyMap<string, Difference> => {
  const rows = chapter
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  return new Map(
    rows.flatMap(([, names = '', fate = '', text = '']) =>
      FATES.includes(fate) ? namesIn(names).map((name) => [name, { fate: fate as Difference['fate'], text }] as const) : [],
    ),
  );
};

/** The table of all that Marathon-LB was given: what people read is what is reported. */
export const readDifferences = (): Differences => {
  const chapters = readFileSync(FILE, 'utf8').split(/^## /m);
  const of = (title: string): ReadonlyMap<string, Difference> => rowsOf(chapters.find((chapter) => chapter.startsWith(title)) ?? '');
  return {
    flags: of('Flags'),
    variables: of('The container'),
    labels: of('Labels'),
    templates: of('Templates'),
    apps: of('Apps, tasks and ports'),
  };
};
