/** What gates may be, however they are asked for. */

/** Of a command: a file of the folder that this Sluice allows, and nothing of another one. */
export const COMMAND_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;
export const MOST_REQUESTS = 999_999_999;
/** Times what the old app has. */
export const MOST_FACTOR = 1000;
