/** Regular expressions that every engine of HAProxy knows, for texts that are meant as they are, in any case. */

const letter = (character: string): string => {
  const lower = character.toLowerCase();
  const upper = character.toUpperCase();
  return lower === upper ? character.replace(/[.*+?^${}()|[\]\\]/, '\\$&') : `[${lower}${upper}]`;
};

/** ASCII text. */
export const pathPattern = (text: string): string => text.replaceAll(/./g, letter);

/** A host, or with '*' in its first place any below it. */
export const hostPattern = (host: string): string => (host.startsWith('*') ? `[^/:]+${pathPattern(host.slice(1))}` : pathPattern(host));
