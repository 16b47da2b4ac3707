import { CLASS_IN, HEADER_LENGTH, RCODE, TC } from '../packet/codes.ts';
import { readQuery } from '../packet/query.ts';
import type { Query } from '../packet/query.ts';
import { bareReply } from '../packet/reply.ts';
import type { ZoneView } from '../zone-view.ts';
import { Cookies } from './cookies.ts';
import type { Judgement } from './cookies.ts';
import { refused } from './frame.ts';
import type { Frame, Reply } from './frame.ts';
import { answerIdentity, asksIdentity } from './identity.ts';
import type { AnswerOptions } from './options.ts';
import { ShownZone } from './shown-zone.ts';
import { ZoneAnswers } from './zone-answers.ts';

/** What every client takes (RFC 1035, 4.2.1), whatever it says (RFC 6891, 6.2.3). */
const LEAST_UDP = 512;
const MOST_TCP = 65_535;
/** So that who we are never takes the room of an answer. */
const MOST_NSID = 128;

/** Where a query is from. */
export interface From {
  readonly transport: 'udp' | 'tcp' | 'https';
  readonly address: string;
}

/** Answers from the zone, and says what is for others to answer. */
export class Authority {
  readonly #options: AnswerOptions;
  readonly #answers: ZoneAnswers;
  readonly #cookies: Cookies | undefined;
  readonly #nsid: Buffer | undefined;
  readonly #mostUdp: number;

  constructor(zone: ZoneView, options: AnswerOptions) {
    const { cookieSecret, nsid, maxUdpSize, now = Date.now } = options;
    this.#options = options;
    this.#answers = new ZoneAnswers(new ShownZone(zone, options), options);
    this.#cookies = cookieSecret === undefined ? undefined : new Cookies(cookieSecret, now);
    this.#nsid = nsid?.subarray(0, MOST_NSID);
    this.#mostUdp = Math.max(LEAST_UDP, maxUdpSize);
  }

  /** @param bytes one message, without a length in front; whatever they are, it does not throw */
  answer(bytes: Buffer, from: From): Reply {
    const query = readQuery(bytes);
    if (query.kind === 'drop') return query;
    if (query.kind === 'bad') return { kind: 'reply', bytes: bareReply(bytes, query), rcode: query.rcode, qtype: 0, truncated: false };
    const judgement = this.#judge(bytes, query, from);
    if (judgement?.kind === 'malformed') return refused(this.#frame(bytes, query, from, undefined), RCODE.FORMERR);
    const frame = this.#frame(bytes, query, from, judgement?.cookie);
    return this.#turnedAway(frame, from, judgement?.server) ?? this.#answers.answer(frame, from.transport);
  }

  /** What is not asked of the zone at all. */
  #turnedAway(frame: Frame, { transport }: From, server: 'none' | 'bad' | 'good' | undefined): Reply | undefined {
    const { query } = frame;
    if (query.edns !== undefined && query.edns.version > 0) return refused(frame, RCODE.BADVERS);
    if (query.questionEnd === HEADER_LENGTH) return this.#onlyCookie(frame, server);
    if (this.#options.requiresCookie === true && transport === 'udp' && server !== 'good') {
      // Who knows no cookies is sent to TCP (RFC 7873, 5.2.1).
      return server === undefined ? refused(frame, RCODE.NOERROR, undefined, TC) : refused(frame, RCODE.BADCOOKIE);
    }
    if (query.class === CLASS_IN) return undefined;
    return this.#nsid !== undefined && asksIdentity(frame) ? answerIdentity(frame, this.#nsid) : refused(frame, RCODE.REFUSED);
  }

  /** RFC 7873, 5.4. */
  #onlyCookie(frame: Frame, server: 'none' | 'bad' | 'good' | undefined): Reply {
    if (server === undefined) return refused(frame, RCODE.FORMERR);
    return refused(frame, server === 'bad' ? RCODE.BADCOOKIE : RCODE.NOERROR);
  }

  #judge(bytes: Buffer, { edns }: Query, { address }: From): Judgement | undefined {
    if (this.#cookies === undefined || edns?.cookie === undefined) return undefined;
    return this.#cookies.judge(bytes.subarray(edns.cookie.start, edns.cookie.end), address);
  }

  #frame(bytes: Buffer, query: Query, { transport }: From, cookie: Buffer | undefined): Frame {
    const { recurseOn, setTruncateBit, freshness } = this.#options;
    return {
      bytes,
      query,
      limit: transport === 'udp' ? Math.min(Math.max(LEAST_UDP, query.edns?.payloadSize ?? 0), this.#mostUdp) : MOST_TCP,
      freshness: freshness().state,
      hasRecursion: recurseOn,
      showsCut: setTruncateBit,
      cookie,
      nsid: query.edns?.asksNsid === true ? this.#nsid : undefined,
    };
  }
}
