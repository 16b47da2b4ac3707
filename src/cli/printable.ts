import { escapeUnprintable } from '../kit/unprintable.ts';

/**
 * Text for people as it is safe in a terminal: labels, ids and addresses in it are other people's, and must be able neither to make a
 * terminal act nor to end their line and begin one that looks like ours.
 */

/** Lines: a line break within one of them is somebody else's. */
export const printable = (lines: readonly string[]): string => lines.map(escapeUnprintable).join('\n');

/** What was thrown, on stderr. It may be of several lines, as HAProxy or a template has them: all but the first are indented. */
export const printableError = (text: string): string => text.split('\n').map(escapeUnprintable).join('\n  ');

/** JSON: escapes are JSON's own, so it means the same. */
export const printableJson = (json: string): string => escapeUnprintable(json);

/** Prints lines for people. */
export const print = (lines: readonly string[]): void => console.log(printable(lines));

/** Prints one line of JSON. */
export const printJson = (value: unknown): void => console.log(printableJson(JSON.stringify(value)));
