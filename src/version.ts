import { readFileSync } from 'node:fs';

/** Version of Sluice, from package.json. */
export const version = (): string => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};
