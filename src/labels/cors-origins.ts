import { type Parsed, type PortLabel, shown } from './label.ts';

const ORIGIN = /^https?:\/\/(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[1-9]\d{0,4})?$/;
const MOST = 100;

const parse = (text: string): Parsed<'any' | readonly string[] | undefined> => {
  if (text === '*') return { value: 'any' };
  const words = text
    .toLowerCase()
    .split(/[ ,]+/)
    .filter((word) => word !== '');
  const bad = words.find((word) => !ORIGIN.test(word));
  if (bad !== undefined || words.length === 0)
    return { wrong: `${shown(bad ?? '')} is no origin: give * or some such as https://www.example.com, separated by commas` };
  return words.length > MOST ? { wrong: `holds ${words.length} origins, more than ${MOST}` } : { value: [...new Set(words)] };
};

/** HAPROXY_{n}_CORS_ORIGINS: pages of which origins may ask, from within a browser; '*' = any (http only). */
export const corsOrigins: PortLabel<'any' | readonly string[] | undefined> = { name: 'CORS_ORIGINS', absent: undefined, parse };
