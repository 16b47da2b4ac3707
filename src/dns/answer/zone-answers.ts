import { ROOT, parentOf } from '../name.ts';
import type { Name } from '../name.ts';
import { EDE, RCODE } from '../packet/codes.ts';
import { TYPE } from '../record.ts';
import type { ZoneNode } from '../zone-view.ts';
import { answerAlias } from './aliases.ts';
import { answerSet } from './answer-set.ts';
import { answerAny, answerAnyInShort } from './any.ts';
import { Deck } from './deck.ts';
import { refused } from './frame.ts';
import type { Frame, Reply } from './frame.ts';
import { listOf } from './kept.ts';
import { negative } from './negative.ts';
import type { AnswerOptions } from './options.ts';
import { preparedOf } from './prepared.ts';
import { targetPlace } from './renames.ts';
import type { Place } from './renames.ts';
import { ShownZone } from './shown-zone.ts';
import { TargetAnswers } from './targets.ts';

const DS = 43;

/** Answers to well-formed questions of class IN. */
export class ZoneAnswers {
  readonly #shown: ShownZone;
  readonly #options: AnswerOptions;
  readonly #deck: Deck;
  readonly #targets: TargetAnswers;

  constructor(shown: ShownZone, options: AnswerOptions) {
    this.#shown = shown;
    this.#options = options;
    this.#deck = new Deck(options.random);
    this.#targets = new TargetAnswers(this.#deck);
  }

  answer(frame: Frame, transport: 'udp' | 'tcp' | 'https'): Reply {
    const { type } = frame.query;
    const place = this.#shown.place(frame.query.name);
    if (frame.freshness === 'not-ready' && this.#shown.isOurs(place.name)) return refused(frame, RCODE.SERVFAIL, EDE.NOT_READY);
    if (type === TYPE.AXFR || type === TYPE.IXFR) return this.#transfer(frame, place, transport);
    const node = this.#shown.find(place.name);
    if (node === undefined) return this.#absent(frame, place);
    if (type === DS && this.#shown.zone.apexOf(place.name) === place.name) return this.#aboveApex(frame, place);
    return this.#answerNode(frame, node, place);
  }

  #answerNode(frame: Frame, node: ZoneNode, place: Place): Reply {
    const { type } = frame.query;
    if (type === TYPE.ANY) return this.#any(frame, node, place);
    const prepared = targetPlace(type) === undefined ? undefined : preparedOf(this.#shown, node, type, place.rename);
    if (prepared !== undefined) return this.#targets.answer(frame, prepared);
    const { records, length } = listOf(node, type);
    if (records.length === 0) {
      return node.records(TYPE.CNAME).length > 0 ? answerAlias(frame, this.#shown, this.#deck) : this.#nothing(frame, place);
    }
    const ttlSeconds = this.#shown.ttlSeconds(node);
    if (place.rename === undefined) return answerSet(frame, this.#deck, type, ttlSeconds, records, length);
    return answerSet(frame, this.#deck, type, ttlSeconds, this.#shown.data(node, type, place.rename));
  }

  #any(frame: Frame, node: ZoneNode, place: Place): Reply {
    if (node.types().length === 0) return this.#nothing(frame, place);
    const answer = this.#options.minimalAny ? answerAnyInShort : answerAny;
    return answer(frame, this.#shown, this.#deck, node, place.rename);
  }

  /** The name is there, and has nothing of the type. */
  #nothing(frame: Frame, place: Place): Reply {
    const start = this.#shown.start(place);
    return start === undefined ? refused(frame, RCODE.SERVFAIL) : negative(frame, start, RCODE.NOERROR);
  }

  /** No such name here: there is none, or it is for others to answer. */
  #absent(frame: Frame, place: Place): Reply {
    const { name, type } = frame.query;
    const start = this.#shown.start(place);
    if (start === undefined) return { kind: 'forward', name, type };
    const isNothing = start.owner === place.name || (type === TYPE.SRV && this.#options.srvUnknown === 'noerror');
    return negative(frame, start, isNothing ? RCODE.NOERROR : RCODE.NXDOMAIN);
  }

  /** What a parent says of a delegation (RFC 4035, 3.1.4.1): we have none; whether others have is theirs to say, but of names that we keep. */
  #aboveApex(frame: Frame, place: Place): Reply {
    const parent: Name = parentOf(place.name) ?? ROOT;
    if (this.#shown.zone.apexOf(parent) !== undefined) return this.#nothing(frame, { name: parent, rename: undefined });
    if (this.#shown.kept(place.name) !== undefined) return this.#nothing(frame, place);
    return { kind: 'forward', name: frame.query.name, type: DS };
  }

  /** Of apexes by their own names alone. Without a connection the serial says whether one is worth it (RFC 1995, 2); AXFR has no such way (RFC 5936, 4.2). */
  #transfer(frame: Frame, { name, rename }: Place, transport: 'udp' | 'tcp' | 'https'): Reply {
    const { type, serial } = frame.query;
    const { zone } = this.#shown;
    const soa = zone.apexOf(name) === name && rename === undefined ? (zone.node(name)?.records(TYPE.SOA) ?? []) : [];
    if (soa.length === 0) return refused(frame, RCODE.NOTAUTH, EDE.NOT_AUTHORITATIVE);
    if (type === TYPE.AXFR) return transport === 'tcp' ? { kind: 'transfer', apex: name, type } : refused(frame, RCODE.FORMERR);
    if (serial === undefined) return refused(frame, RCODE.FORMERR);
    if (transport === 'tcp') return { kind: 'transfer', apex: name, type: TYPE.IXFR, serial };
    return answerSet(frame, this.#deck, TYPE.SOA, zone.ttlSeconds, soa);
  }
}
