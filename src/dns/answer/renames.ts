import { isWithin } from '../name.ts';
import type { Name } from '../name.ts';
import { TYPE } from '../record.ts';
import type { Rdata } from '../record.ts';

/** Names at and below `from` are answered with what `to` has there, under the names that were asked. */
export interface Rename {
  readonly from: Name;
  readonly to: Name;
}

/** One of those that are tried for a question; `nth` is its number, from 1. */
export interface KnownRename extends Rename {
  readonly nth: number;
}

const MOST_NAME = 255;

/** In place of the suffix `from`; undefined: it is not below it, or would be too long. */
const inPlace = (name: Name, from: Name, to: Name): Name | undefined => {
  if (!name.endsWith(from) || !isWithin(name, from)) return undefined;
  const renamed = name.slice(0, name.length - from.length) + to;
  return renamed.length > MOST_NAME ? undefined : renamed;
};

/** What two of them do one after the other as one more, so that one look is enough; those come first that say more. */
export const closed = (renames: readonly Rename[]): readonly KnownRename[] => {
  const through = renames.flatMap((first) =>
    renames.flatMap((then) => {
      const from = inPlace(then.from, first.to, first.from);
      return from === undefined || from === then.from ? [] : [{ from, to: then.to }];
    }),
  );
  const all = [...through, ...renames].toSorted((one, other) => other.from.length - one.from.length);
  return all.map((rename, at) => ({ ...rename, nth: at + 1 }));
};

/** The first that fits. */
const renameOf = (renames: readonly KnownRename[], name: Name): KnownRename | undefined => {
  for (const rename of renames) {
    if (name.endsWith(rename.from) && isWithin(name, rename.from)) return rename;
  }
  return undefined;
};

const renamed = (name: Name, rename: Rename): Name => inPlace(name, rename.from, rename.to) ?? name;

/** A name of the zone as the client is to see it. */
export const renamedBack = (name: Name, rename: Rename | undefined): Name =>
  rename === undefined ? name : (inPlace(name, rename.to, rename.from) ?? name);

/** A name that was asked, or that a record points to: what the zone calls it, and by which rename. */
export interface Place {
  readonly name: Name;
  readonly rename: KnownRename | undefined;
}

export const placeOf = (renames: readonly KnownRename[], asked: Name): Place => {
  const rename = renameOf(renames, asked);
  return { name: rename === undefined ? asked : renamed(asked, rename), rename };
};

const MX = 15;

/** Where the names begin in the data of such a record, and how many follow each other. */
export const NAMES_IN: ReadonlyMap<number, { readonly at: number; readonly count: number }> = new Map([
  [TYPE.NS, { at: 0, count: 1 }],
  [TYPE.CNAME, { at: 0, count: 1 }],
  [TYPE.PTR, { at: 0, count: 1 }],
  [TYPE.SRV, { at: 6, count: 1 }],
  [TYPE.SOA, { at: 0, count: 2 }],
  [MX, { at: 2, count: 1 }],
]);

/** The name that begins there in a record's data. */
export const nameAt = (data: Rdata, start: number): Name => {
  let at = start;
  while (data.charCodeAt(at) > 0) at += 1 + data.charCodeAt(at);
  return data.slice(start, at + 1);
};

/** The data with its names as the client is to see them. */
export const dataBack = (type: number, data: Rdata, rename: Rename | undefined): Rdata => {
  const names = rename === undefined ? undefined : NAMES_IN.get(type);
  if (names === undefined) return data;
  let back = data.slice(0, names.at);
  let at = names.at;
  for (let nth = 0; nth < names.count; nth += 1) {
    const name = nameAt(data, at);
    back += renamedBack(name, rename);
    at += name.length;
  }
  return back + data.slice(at);
};

/** The name in a record's data whose addresses are sent along (RFC 2782; RFC 1035, 3.3.9 and 3.3.11), in zone terms. */
export const targetPlace = (type: number): number | undefined =>
  type === TYPE.SRV ? 6 : type === TYPE.NS ? 0 : type === MX ? 2 : undefined;
