import { ROOT, isWithin, parentOf } from '../name.ts';
import type { Name } from '../name.ts';
import { CLASS_IN, EDE, HEADER_LENGTH, RA, RCODE } from '../packet/codes.ts';
import { readQuery } from '../packet/query.ts';
import type { Query } from '../packet/query.ts';
import { bareReply } from '../packet/reply.ts';
import { TYPE } from '../record.ts';
import type { Rdata } from '../record.ts';
import type { ZoneNode, ZoneView } from '../zone-view.ts';
import { follow } from './aliases.ts';
import { answerSet } from './answer-set.ts';
import { compose } from './compose.ts';
import { Deck } from './deck.ts';
import type { Frame, Reply } from './frame.ts';
import { emptyStart, negative } from './negative.ts';
import type { Start } from './negative.ts';
import type { AnswerOptions } from './options.ts';
import { wildcardOf, withoutStars } from './other-names.ts';
import type { ShownRecord } from './packer.ts';
import { preparedOf } from './prepared.ts';
import { closed, dataBack, placeOf, renamedBack, targetPlace } from './renames.ts';
import type { KnownRename, Place } from './renames.ts';
import { TargetAnswers } from './targets.ts';

const DS = 43;
/** RFC 8482, 4.2: the CPU, and no operating system. */
const NO_ANY = '\x07RFC8482\0';
const LEAST_UDP = 512;
const MOST_TCP = 65_535;

/** Where a query is from. */
export interface From {
  readonly transport: 'udp' | 'tcp' | 'https';
  readonly address: string;
}

/** Answers from the zone, and says what is for others to answer. */
export class Authority {
  readonly #zone: ZoneView;
  readonly #options: AnswerOptions;
  readonly #renames: readonly KnownRename[];
  readonly #deck: Deck;
  readonly #targets: TargetAnswers;

  constructor(zone: ZoneView, options: AnswerOptions) {
    this.#zone = zone;
    this.#options = options;
    this.#renames = closed(options.renames);
    this.#deck = new Deck(options.random);
    this.#targets = new TargetAnswers(this.#deck);
  }

  /** @param bytes one message, without a length in front. Never throws. */
  answer(bytes: Buffer, from: From): Reply {
    const query = readQuery(bytes);
    if (query.kind === 'drop') return query;
    if (query.kind === 'bad') {
      return { kind: 'reply', bytes: bareReply(bytes, query), rcode: query.rcode, qtype: 0, truncated: false };
    }
    if (query.edns !== undefined && query.edns.version > 0) return this.#error(bytes, query, RCODE.BADVERS);
    if (query.questionEnd === HEADER_LENGTH) return this.#error(bytes, query, RCODE.FORMERR);
    if (query.class !== CLASS_IN) return this.#error(bytes, query, RCODE.REFUSED);
    return this.#answerName(this.#frame(bytes, query, from), from);
  }

  #error(bytes: Buffer, query: Query, rcode: number, ede?: number): Reply {
    const { questionEnd, edns } = query;
    const { nsid } = this.#options;
    const shown = edns?.asksNsid === true ? nsid : undefined;
    const fourth = rcode === RCODE.SERVFAIL && this.#options.recurseOn ? RA : 0;
    const reply = bareReply(bytes, { questionEnd, edns, rcode, ede, nsid: shown, fourth });
    return { kind: 'reply', bytes: reply, rcode, qtype: query.type, truncated: false };
  }

  #frame(bytes: Buffer, query: Query, from: From): Frame {
    const { recurseOn, setTruncateBit, maxUdpSize, freshness, nsid } = this.#options;
    const udp = Math.min(Math.max(LEAST_UDP, query.edns?.payloadSize ?? 0), Math.max(LEAST_UDP, maxUdpSize));
    return {
      bytes,
      query,
      limit: from.transport === 'udp' ? udp : MOST_TCP,
      isStale: freshness().state === 'stale',
      hasRecursion: recurseOn,
      showsCut: setTruncateBit,
      cookie: undefined,
      nsid: query.edns?.asksNsid === true ? nsid : undefined,
    };
  }

  #answerName(frame: Frame, from: From): Reply {
    const asked = frame.query.name;
    const { name, rename } = placeOf(this.#renames, asked);
    const { type } = frame.query;
    if (this.#options.freshness().state === 'not-ready' && this.#isOurs(name)) {
      return this.#error(frame.bytes, frame.query, RCODE.SERVFAIL, EDE.NOT_READY);
    }
    if (type === TYPE.AXFR || type === TYPE.IXFR) return this.#transfer(frame, name, from);
    const node = this.#zone.node(name) ?? this.#nodeOtherwise(name);
    if (node === undefined) return this.#absent(frame, { name, rename });
    if (type === DS && this.#zone.apexOf(name) === name) return this.#aboveApex(frame, name);
    return this.#answerNode(frame, node, { name, rename });
  }

  #answerNode(frame: Frame, node: ZoneNode, place: Place): Reply {
    const { type } = frame.query;
    if (type === TYPE.ANY) return this.#any(frame, node, place);
    const records = node.records(type);
    if (records.length === 0) {
      return node.records(TYPE.CNAME).length > 0 ? this.#alias(frame) : this.#nothing(frame, place, RCODE.NOERROR);
    }
    if (targetPlace(type) !== undefined) {
      return this.#targets.answer(frame, preparedOf(this.#zone, node, type, place.rename, this.#renames));
    }
    return answerSet(frame, this.#deck, type, this.#ttl(node), place.rename === undefined ? records : this.#shown(node, type, place));
  }

  #ttl(node: ZoneNode): number {
    return node.ttlSeconds ?? this.#zone.ttlSeconds;
  }

  #shown(node: ZoneNode, type: number, { rename }: Place): readonly Rdata[] {
    return node.records(type).map((data) => dataBack(type, data, rename));
  }

  /** What is answered for a name that is not in the zone: without Mesos-DNS's `.*`, or by a wildcard (RFC 4592). */
  #nodeOtherwise(name: Name): ZoneNode | undefined {
    const apex = this.#zone.apexOf(name);
    if (apex === undefined) return undefined;
    const plain = withoutStars(name, apex);
    return (plain === name ? undefined : this.#zone.node(plain)) ?? wildcardOf(this.#zone, plain);
  }

  #isOurs(name: Name): boolean {
    return this.#zone.apexOf(name) !== undefined || this.#kept(name) !== undefined;
  }

  /** The name at or above it that nobody else is asked about. */
  #kept(name: Name): Name | undefined {
    return this.#options.neverLeak.find((kept) => isWithin(name, kept));
  }

  /** No such name here: there is none, or it is for others to answer. */
  #absent(frame: Frame, place: Place): Reply {
    const { name, type } = frame.query;
    const start = this.#startOf(place);
    if (start === undefined) return { kind: 'forward', name, type };
    const isNothing = start.owner === place.name || (type === TYPE.SRV && this.#options.srvUnknown === 'noerror');
    return negative(frame, start, isNothing ? RCODE.NOERROR : RCODE.NXDOMAIN);
  }

  #nothing(frame: Frame, place: Place, rcode: number): Reply {
    const start = this.#startOf(place);
    return start === undefined ? this.#error(frame.bytes, frame.query, RCODE.SERVFAIL) : negative(frame, start, rcode);
  }

  /** The SOA record of the zone that the name is in, or would be. */
  #startOf({ name, rename }: Place): Start | undefined {
    const { negativeTtlSeconds } = this.#zone;
    const apex = this.#zone.apexOf(name);
    const data = apex === undefined ? undefined : this.#zone.node(apex)?.records(TYPE.SOA)[0];
    if (apex !== undefined && data !== undefined) {
      return { owner: renamedBack(apex, rename), ttlSeconds: negativeTtlSeconds, data: dataBack(TYPE.SOA, data, rename) };
    }
    const kept = this.#kept(name);
    return kept === undefined ? undefined : emptyStart(kept, negativeTtlSeconds);
  }

  /** What a parent says of a delegation (RFC 4035, 3.1.4.1): we have none; whether others have is theirs to say, except of names that we keep. */
  #aboveApex(frame: Frame, apex: Name): Reply {
    const parent = parentOf(apex) ?? ROOT;
    const above = this.#zone.apexOf(parent) === undefined ? undefined : { name: parent, rename: undefined };
    if (above === undefined && this.#kept(apex) === undefined) return { kind: 'forward', name: frame.query.name, type: DS };
    return this.#nothing(frame, above ?? placeOf(this.#renames, frame.query.name), RCODE.NOERROR);
  }

  #transfer(frame: Frame, name: Name, from: From): Reply {
    const { type, serial, name: asked } = frame.query;
    const apex = this.#zone.apexOf(asked);
    if (apex !== asked || name !== asked) return this.#error(frame.bytes, frame.query, RCODE.NOTAUTH, EDE.NOT_AUTHORITATIVE);
    if (type === TYPE.IXFR && serial === undefined) return this.#error(frame.bytes, frame.query, RCODE.FORMERR);
    if (from.transport === 'tcp' && type === TYPE.IXFR && serial !== undefined) return { kind: 'transfer', apex, type, serial };
    if (from.transport === 'tcp' && type === TYPE.AXFR) return { kind: 'transfer', apex, type };
    // Without a connection the newest serial says whether one is worth it (RFC 1995, 2); a whole zone has no other way (RFC 5936, 4.2).
    if (type === TYPE.AXFR) return this.#error(frame.bytes, frame.query, RCODE.FORMERR);
    return answerSet(frame, this.#deck, TYPE.SOA, this.#zone.ttlSeconds, this.#zone.node(apex)?.records(TYPE.SOA) ?? []);
  }

  #any(frame: Frame, node: ZoneNode, place: Place): Reply {
    const types = node.types();
    if (types.length === 0) return this.#nothing(frame, place, RCODE.NOERROR);
    const ttlSeconds = this.#ttl(node);
    if (this.#options.minimalAny && !types.includes(TYPE.CNAME)) return answerSet(frame, this.#deck, TYPE.HINFO, ttlSeconds, [NO_ANY]);
    const { name } = frame.query;
    const answers = types.flatMap((type) => this.#shownRecords(node, type, name, place));
    const additional = types.flatMap((type) =>
      this.#beside(
        type,
        answers.filter((record) => record.type === type),
      ),
    );
    return compose(frame, { rcode: RCODE.NOERROR, answers: this.#shuffled(answers), additional });
  }

  #shuffled(records: readonly ShownRecord[]): readonly ShownRecord[] {
    this.#deck.begin(records.length);
    return records.flatMap(() => records[this.#deck.draw()] ?? []);
  }

  /** A name that is another one: both, as far as they are ours. */
  #alias(frame: Frame): Reply {
    const { type } = frame.query;
    const { records, last } = follow(this.#zone, this.#renames, (name) => this.#zone.node(name) ?? this.#nodeOtherwise(name), frame.query);
    if (last === undefined) return compose(frame, { rcode: RCODE.NOERROR, answers: records });
    const { owner, place, node } = last;
    const found = node === undefined ? [] : this.#shownRecords(node, type, owner, place);
    if (found.length > 0) {
      return compose(frame, {
        rcode: RCODE.NOERROR,
        answers: [...records, ...this.#shuffled(found)],
        additional: this.#beside(type, found),
      });
    }
    const start = this.#startOf(place);
    if (start === undefined) return compose(frame, { rcode: RCODE.NOERROR, answers: records, continueAt: owner });
    const authority = [{ name: start.owner, type: TYPE.SOA, ttlSeconds: start.ttlSeconds, data: start.data }];
    const isNothing = node !== undefined || start.owner === owner;
    return compose(frame, { rcode: isNothing ? RCODE.NOERROR : RCODE.NXDOMAIN, answers: records, authority });
  }

  #shownRecords(node: ZoneNode, type: number, name: Name, place: Place): readonly ShownRecord[] {
    const ttlSeconds = this.#ttl(node);
    return this.#shown(node, type, place).map((data) => ({ name, type, ttlSeconds, data }));
  }

  /** Addresses of the names that records point to. */
  #beside(type: number, records: readonly ShownRecord[]): readonly (readonly ShownRecord[])[] {
    const at = targetPlace(type);
    if (at === undefined) return [];
    return [...new Set(records.map(({ data }) => data.slice(at)))].flatMap((target) => {
      const place = placeOf(this.#renames, target);
      const node = this.#zone.node(place.name);
      return node === undefined ? [] : [TYPE.A, TYPE.AAAA].map((address) => this.#shownRecords(node, address, target, place));
    });
  }
}
