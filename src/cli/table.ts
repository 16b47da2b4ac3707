import { escapeUnprintable } from '../kit/unprintable.ts';

/** Rows as lines with columns of equal width, two blanks between; the last column is not padded. Cells are as they will be printed. */
export const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const cells = rows.map((row) => row.map(escapeUnprintable));
  const widths: number[] = [];
  for (const row of cells) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return cells.map(line);
};

/** '12 s', '3 min', '2 h' from milliseconds. */
export const age = (ms: number): string => {
  if (ms < 120_000) return `${Math.max(0, Math.round(ms / 1000))} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
};
