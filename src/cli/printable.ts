import { escapeUnprintable } from '../kit/unprintable.ts';

/** Text for people as it is safe in a terminal: labels, ids and addresses in it are other people's. Lines stay lines. */
export const printable = (text: string): string => text.split('\n').map(escapeUnprintable).join('\n');

/** Prints lines for people. */
export const print = (text: string): void => console.log(printable(text));

/** Prints JSON: escapes are JSON's own, so it means the same. */
export const printJson = (value: unknown): void => console.log(escapeUnprintable(JSON.stringify(value)));
