import type { Name } from '../name.ts';
import { RCODE } from '../packet/codes.ts';
import { TYPE } from '../record.ts';
import type { ZoneNode } from '../zone-view.ts';
import { addressesBeside } from './beside.ts';
import { compose } from './compose.ts';
import type { Deck } from './deck.ts';
import type { Frame, Reply } from './frame.ts';
import type { ShownRecord } from './packer.ts';
import type { Place } from './renames.ts';
import type { ShownZone } from './shown-zone.ts';

/** Where a chain of aliases ends. */
interface ChainEnd {
  readonly records: readonly ShownRecord[];
  /** The last name, as the client sees it; undefined: the chain bites its own tail, or is longer than anybody follows. */
  readonly last: { readonly owner: Name; readonly place: Place; readonly node: ZoneNode | undefined } | undefined;
}

/** Resolvers give up about there, too. */
const MOST_ALIASES = 16;

/** Follows CNAME records within the zone (RFC 1034, 4.3.2). */
const follow = (shown: ShownZone, asked: Name, type: number): ChainEnd => {
  const records: ShownRecord[] = [];
  let owner = asked;
  while (records.length < MOST_ALIASES) {
    const place = shown.place(owner);
    const node = shown.find(place.name);
    const alias = node === undefined || node.records(type).length > 0 ? undefined : shown.records(node, TYPE.CNAME, owner, place.rename)[0];
    if (alias === undefined) return { records, last: { owner, place, node } };
    records.push(alias);
    if (records.some(({ name }) => name === alias.data)) break;
    owner = alias.data;
  }
  return { records, last: undefined };
};

/** Of a name that is another one: both, as far as they are ours. */
export const answerAlias = (frame: Frame, shown: ShownZone, deck: Deck): Reply => {
  const { name, type } = frame.query;
  const { records, last } = follow(shown, name, type);
  if (last === undefined) return compose(frame, { rcode: RCODE.NOERROR, answers: records });
  const { owner, place, node } = last;
  const found = node === undefined ? [] : shown.records(node, type, owner, place.rename);
  if (found.length > 0) {
    const answers = [...records, ...deck.shuffled(found)];
    return compose(frame, { rcode: RCODE.NOERROR, answers, additional: addressesBeside(shown, type, found) });
  }
  const start = shown.start(place);
  if (start === undefined) return compose(frame, { rcode: RCODE.NOERROR, answers: records, continueAt: owner });
  const authority = [{ name: start.owner, type: TYPE.SOA, ttlSeconds: start.ttlSeconds, data: start.data }];
  // The rcode is that of the last name (RFC 6604).
  const isNothing = node !== undefined || start.owner === owner;
  return compose(frame, { rcode: isNothing ? RCODE.NOERROR : RCODE.NXDOMAIN, answers: records, authority });
};
