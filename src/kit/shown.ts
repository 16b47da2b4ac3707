import { escapeUnprintable } from './unprintable.ts';

/** A value in a message: a user may have written anything, so long ones are cut and characters that a terminal acts on are escaped. */
export const shown = (text: string): string => escapeUnprintable(JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text));
