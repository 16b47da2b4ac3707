/** A word of a command: all versions take a backslash before what would otherwise end the word or the command. */
export const word = (text: string): string => text.replace(/[\\; ]/g, '\\$&');
