import { z } from 'zod';
import { SluiceError } from './kit/error.ts';
import { escapeUnprintable } from './kit/unprintable.ts';
import { readText } from './settings-file.ts';

const ADDRESS = 'must be * or one IP address of this host';

/** Flags of the statistics port, but for its number: a part of those of `run`. */
export const STATS_FLAGS = {
  statsBind: z.union([z.literal('*'), z.ipv4(), z.ipv6()], ADDRESS).optional(),
  statsAuth: z.string().optional(),
  statsAuthFile: z.string().optional(),
  dontServeSignals: z.boolean().default(false),
};

type StatsFlags = z.infer<z.ZodObject<typeof STATS_FLAGS>>;

/** Who reaches the statistics port, and what he may there. */
export interface StatsSettings {
  /** '*' or an IP address; undefined: as the other listeners. */
  readonly address: string | undefined;
  /** undefined: nobody is asked who he is. */
  readonly login: { readonly user: string; readonly password: string; readonly isHash: boolean } | undefined;
  /** `/_mlb_signal/...` does what it says. */
  readonly signals: boolean;
}

/** As crypt(3) writes it: '$6$salt$hash'. */
const HASH = /^\$(?:1|2[abxy]?|5|6|y|gy|7)\$[^\s]+$/;

const loginIn = (where: string, text: string): NonNullable<StatsSettings['login']> => {
  const colon = text.indexOf(':');
  const user = text.slice(0, Math.max(0, colon));
  const password = text.slice(colon + 1);
  if (user === '' || password === '' || /\s/.test(user) || escapeUnprintable(text) !== text)
    throw new SluiceError('SETTINGS', `${where} must be USER:PASSWORD, or USER: and a hash as 'openssl passwd -6' prints it`);
  return { user, password, isHash: HASH.test(password) };
};

const firstLine = (path: string): string => readText('--stats-auth-file', path).split(/\r?\n/)[0] ?? '';

/** Throws a SluiceError SETTINGS that tells no password. */
export const statsSettings = (flags: StatsFlags): StatsSettings => {
  const { statsAuth, statsAuthFile } = flags;
  const fromFlag = statsAuth === undefined ? undefined : loginIn('--stats-auth', statsAuth);
  const login =
    statsAuthFile === undefined ? fromFlag : loginIn(`--stats-auth-file: the first line of ${statsAuthFile}`, firstLine(statsAuthFile));
  return { address: flags.statsBind, login, signals: !flags.dontServeSignals };
};
