import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ParsedConfig, parseMesosDnsConfig } from './dns/mesos-dns-config/parse.ts';
import { readText } from './settings-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const HOME = '~/';

/** Mesos-DNS takes `~/` at the beginning for the home of whoever starts it. */
const placeOf = (path: string, { HOME: home, USERPROFILE: profile }: Environment): string =>
  path.startsWith(HOME) ? resolve(profile ?? home ?? '.', path.slice(HOME.length)) : resolve(path);

/** Mesos-DNS's file and the files that it names. Throws a SluiceError SETTINGS that tells all that is wrong. */
export const readMesosDnsConfig = (flag: string, path: string, environment: Environment): ParsedConfig & { readonly path: string } => {
  const place = placeOf(path, environment);
  return { ...parseMesosDnsConfig(`${flag} ${path}`, readText(flag, place), (other) => readFileSync(resolve(other), 'utf8')), path: place };
};
