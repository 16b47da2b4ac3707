import { RCODE } from '../packet/codes.ts';
import { TYPE } from '../record.ts';
import type { ZoneNode } from '../zone-view.ts';
import { answerSet } from './answer-set.ts';
import { addressesBeside } from './beside.ts';
import { compose } from './compose.ts';
import type { Deck } from './deck.ts';
import type { Frame, Reply } from './frame.ts';
import type { KnownRename } from './renames.ts';
import type { ShownZone } from './shown-zone.ts';

/** RFC 8482, 4.2: the CPU, and no operating system. */
const NO_ANY = '\x07RFC8482\0';

/** ANY in short: one record that says why it is all; of an alias the alias (RFC 8482, 4.2). */
export const answerAnyInShort = (frame: Frame, shown: ShownZone, deck: Deck, node: ZoneNode, rename: KnownRename | undefined): Reply =>
  node.records(TYPE.CNAME).length > 0
    ? answerSet(frame, deck, TYPE.CNAME, shown.ttlSeconds(node), shown.data(node, TYPE.CNAME, rename))
    : answerSet(frame, deck, TYPE.HINFO, shown.ttlSeconds(node), [NO_ANY]);

/** All that the name has. */
export const answerAny = (frame: Frame, shown: ShownZone, deck: Deck, node: ZoneNode, rename: KnownRename | undefined): Reply => {
  const sets = node.types().map((type) => ({ type, records: shown.records(node, type, frame.query.name, rename) }));
  return compose(frame, {
    rcode: RCODE.NOERROR,
    answers: deck.shuffled(sets.flatMap(({ records }) => records)),
    additional: sets.flatMap(({ type, records }) => addressesBeside(shown, type, records)),
  });
};
