import { createHash } from 'node:crypto';

/** 12 hex digits over names and texts, whatever their order. */
export const digest = (texts: ReadonlyMap<string, string>): string => {
  const hash = createHash('sha256');
  for (const name of [...texts.keys()].sort()) hash.update(JSON.stringify([name, texts.get(name)]));
  return hash.digest('hex').slice(0, 12);
};
