import { compare } from '../kit/compare.ts';
import { identity } from '../kit/digest.ts';
import { balanceTraits } from '../rollout/balance-traits.ts';
import type { Check, Profile, ServerOptions } from './desired.ts';

export const COOKIE_NAME = 'mesosphere_server_id';

/** Equal content, equal text: its keys must be written in one order, in one place. */
const digestOf = (content: readonly unknown[]): string => identity(JSON.stringify(content));

/** Those that are there, in one order: most have none. */
const entriesOf = (values: object): readonly (readonly [string, unknown])[] =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => compare(a, b));

/** The profile of this content. Its name holds the algorithm's word and a digest of all of it. */
export const makeProfile = (content: Omit<Profile, 'name'>): Profile => {
  const algorithm = /^[a-z-]+/.exec(content.balance)?.[0] ?? 'balance';
  const { mode, balance, cookieName, check, ...more } = content;
  return { ...content, name: `${mode}_${algorithm}_${digestOf([mode, balance, cookieName, check, ...entriesOf(more)])}` };
};

/** What HAProxy must have been given for a backend: the profile's name and a digest of what all its server lines share. */
export const shapeOf = (profile: Profile, { check, ...more }: ServerOptions): string =>
  `${profile.name}.${digestOf([check, ...entriesOf(more)])}`;

/** Name of the profile in a shape. */
export const profileNameOf = (shape: string): string => shape.slice(0, shape.lastIndexOf('.'));

/** Whether servers come and go at run time. By the name alone: it may be of what HAProxy has, and nobody asks for any more. */
export const takesServers = (profileName: string): boolean => balanceTraits(profileName.split('_')[1] ?? '').isDynamic;

export const checkOf = (check: Check, timeoutSeconds: number): NonNullable<Profile['check']> => ({ ...check, timeoutSeconds });
