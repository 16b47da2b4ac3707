import type { App } from '../model/app.ts';
import type { AppEntry } from '../model/model.ts';
import { wordsOf } from '../model/since.ts';

/** One value of a label of a port, in lower case. */
export interface Wish {
  readonly label: 'VHOST' | 'PATH' | 'PATH_REGEX';
  readonly value: string;
}

/** How long an app has wanted a port of it, ISO 8601. Made once for each port: a label may have thousands of words, and a port as many claims. */
export interface PortAge {
  /** What every claim of the port rests on: the port and its groups. */
  readonly base: string;
  /** The youngest word of each label; undefined: the label is not set. */
  readonly youngest: Readonly<Record<Wish['label'], string | undefined>>;
}

const later = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || (other !== undefined && other > one) ? other : one;

const youngestOf = ({ app, since }: AppEntry, label: string): string | undefined => {
  const text = app.labels[label];
  const words = text === undefined ? [] : wordsOf(text);
  if (words.length === 0) return undefined;
  return words.map((word) => since.get(`${label} ${word}`) ?? app.lastConfigChangeAt).reduce<string | undefined>(later, undefined);
};

export const portAge = (entry: AppEntry, index: number, port: App['ports'][number]): PortAge => {
  const own = (label: string): string | undefined => youngestOf(entry, `HAPROXY_${index}_${label}`);
  // With a label for it, Marathon's port is another one whenever an app is replaced by a new one.
  const wanted = own('PORT') ?? entry.since.get(`port ${port.servicePort}`);
  const times = [wanted, youngestOf(entry, 'HAPROXY_GROUP'), own('GROUP')];
  return {
    base: times.reduce(later, undefined) ?? entry.app.lastConfigChangeAt,
    youngest: { VHOST: own('VHOST'), PATH: own('PATH'), PATH_REGEX: own('PATH_REGEX') },
  };
};

/**
 * When the app came to want all of these. A value that is not written as it is used ('shop.example.' for shop.example) is as old as the youngest
 * word of its label: another spelling makes no wish older.
 */
export const wantedSince = (since: AppEntry['since'], age: PortAge, index: number, wishes: readonly Wish[]): string =>
  wishes
    .filter(({ label }) => age.youngest[label] !== undefined)
    .map(({ label, value }) => since.get(`HAPROXY_${index}_${label} ${value}`) ?? age.youngest[label])
    .reduce<string>((latest, time) => later(latest, time) ?? latest, age.base);

/** When the app came to want all that the port asks for: rules in one piece are as young as the youngest host and path in them. */
export const allWantedSince = ({ base, youngest }: PortAge): string =>
  Object.values(youngest).reduce<string>((latest, time) => later(latest, time) ?? latest, base);
