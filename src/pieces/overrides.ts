import { isPieceName, PIECE_NAMES, pieceOf, type PieceName } from './catalogue.ts';

/** A text that stands in place of a piece, and who wrote it: an app, or the operator. */
export interface Override {
  readonly text: string;
  readonly from: 'label' | 'environment' | 'file';
}

export type Overrides = ReadonlyMap<PieceName, Override>;

const inEnvironment = (name: PieceName, environment: Readonly<Record<string, string | undefined>>): Override | undefined => {
  const text = environment[`HAPROXY_${name}`];
  // An empty variable is none, and a line ends at a backslash and an n: Marathon-LB had no other way to write one there.
  return text === undefined || text === '' ? undefined : { text: text.replaceAll('\\n', '\n'), from: 'environment' };
};

const inFiles = (name: PieceName, files: ReadonlyMap<string, string>): Override | undefined => {
  const text = files.get(`HAPROXY_${name}`);
  return text === undefined ? undefined : { text, from: 'file' };
};

/**
 * What the operator puts in place of pieces, for all apps: by the environment, else by a file of the folder of templates.
 * `files`: texts by the name of their file, 'HAPROXY_HEAD'. One that is there and empty takes the piece away.
 */
export const operatorOverrides = (
  environment: Readonly<Record<string, string | undefined>>,
  files: ReadonlyMap<string, string>,
): Overrides =>
  new Map(
    PIECE_NAMES.flatMap((name) => {
      const found = inEnvironment(name, environment) ?? inFiles(name, files);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );

const ofLabel = (label: string, portIndex: number): PieceName | undefined => {
  const start = `HAPROXY_${portIndex}_`;
  const name = label.startsWith(start) ? label.slice(start.length) : '';
  return isPieceName(name) && pieceOf(name).label === 'read' ? name : undefined;
};

/** The label that puts a text in place of a piece for one port. */
export const pieceLabel = (name: PieceName, portIndex: number): string => `HAPROXY_${portIndex}_${name}`;

/** What one port has in place of pieces: its labels, else what the operator has. An empty label takes the piece away. */
export const portOverrides = (labels: Readonly<Record<string, string>>, portIndex: number, operator: Overrides): Overrides => {
  const own = Object.keys(labels).flatMap((label) => {
    const name = ofLabel(label, portIndex);
    return name === undefined ? [] : [[name, { text: (labels[label] ?? '').replaceAll('\r\n', '\n'), from: 'label' }] as const];
  });
  return own.length === 0 ? operator : new Map<PieceName, Override>([...operator, ...own]);
};
