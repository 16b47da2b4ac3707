import type { Name } from '../name.ts';
import { TYPE } from '../record.ts';
import type { ZoneNode, ZoneView } from '../zone-view.ts';
import type { ShownRecord } from './packer.ts';
import { dataBack, placeOf } from './renames.ts';
import type { KnownRename, Place } from './renames.ts';

/** Where a chain of aliases ends. */
export interface ChainEnd {
  readonly records: readonly ShownRecord[];
  /** The last name, as the client sees it; undefined: the chain bites its own tail, or is longer than anybody follows. */
  readonly last: { readonly owner: Name; readonly place: Place; readonly node: ZoneNode | undefined } | undefined;
}

/** Resolvers give up about there, too. */
const MOST_ALIASES = 16;

/**
 * Follows CNAME records from a name that has one, within the zone (RFC 1034, 4.3.2).
 * @param find the node that answers for a name of the zone, wildcards included
 */
export const follow = (
  zone: ZoneView,
  renames: readonly KnownRename[],
  find: (name: Name) => ZoneNode | undefined,
  asked: { readonly name: Name; readonly type: number },
): ChainEnd => {
  const records: ShownRecord[] = [];
  let owner = asked.name;
  while (records.length < MOST_ALIASES) {
    const place = placeOf(renames, owner);
    const node = find(place.name);
    const alias = node?.records(TYPE.CNAME)[0];
    if (node === undefined || alias === undefined || node.records(asked.type).length > 0) return { records, last: { owner, place, node } };
    const data = dataBack(TYPE.CNAME, alias, place.rename);
    const name = owner;
    records.push({ name, type: TYPE.CNAME, ttlSeconds: node.ttlSeconds ?? zone.ttlSeconds, data });
    if (records.some((record) => record.name === data)) break;
    owner = data;
  }
  return { records, last: undefined };
};
