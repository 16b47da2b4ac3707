import { setTimeout as wait } from 'node:timers/promises';
import { AnswerCache, type Entry } from '../../dns/forward/cache.ts';
import { clientReply, type Terms } from '../../dns/forward/client-reply.ts';
import { isAnswer, type Kept, noAnswer } from '../../dns/forward/kept.ts';
import type { Place } from '../../dns/forward/place.ts';
import { Routes } from '../../dns/forward/routes.ts';
import { withTail } from '../../dns/forward/tail.ts';
import { turnsOf, type Upstream, type UpstreamCounts } from '../../dns/forward/upstream.ts';
import { keyOf, type Question } from '../../dns/forward/upstream-query.ts';
import type { Name } from '../../dns/name.ts';
import { CD, EDE, HEADER_LENGTH, RCODE } from '../../dns/packet/codes.ts';
import { type Query, readQuery } from '../../dns/packet/query.ts';
import { errorReply, UDP_PAYLOAD } from '../../dns/packet/reply.ts';
import { exchange } from './exchange.ts';
import { type Asked, inquire, type Outcome } from './inquiry.ts';
import { Load } from './load.ts';
import { DEFAULT_FORWARD_LIMITS, type ForwardLimits, type ForwardOptions } from './options.ts';
import { Spellings } from './spellings.ts';

/** Who asks. */
export interface Client {
  readonly address: string;
  readonly transport: 'udp' | 'tcp' | 'https';
}

/** Since it was made; `entries`, `bytes`, `questions` and `queries`: now. */
export interface ForwardFigures {
  readonly forwarded: number;
  readonly hits: number;
  readonly staleHits: number;
  readonly misses: number;
  readonly refused: number;
  /** Queries whose question was being asked already. */
  readonly coalesced: number;
  readonly unanswered: number;
  readonly overloads: number;
  readonly loops: number;
  readonly entries: number;
  readonly bytes: number;
  readonly questions: number;
  readonly queries: number;
  readonly upstreams: readonly (UpstreamCounts & { readonly upstream: string; readonly isWell: boolean })[];
}

type Count = 'forwarded' | 'hits' | 'staleHits' | 'misses' | 'refused' | 'coalesced' | 'unanswered' | 'overloads' | 'loops';

/** An answer, and since when it is known; `isStale`: it holds no longer. */
interface Known {
  readonly kept: Kept;
  readonly sinceMs: number;
  readonly isStale: boolean;
}

/** Any other error (RFC 8914, 4.1). */
const OTHER_ERROR = 0;
const LEAST_UDP = 512;
const MOST_BYTES = 65_535;

const mostBytes = ({ edns }: Query, { transport }: Client): number =>
  transport !== 'udp' ? MOST_BYTES : edns === undefined ? LEAST_UDP : Math.min(UDP_PAYLOAD, Math.max(LEAST_UDP, edns.payloadSize));

const staleEde = ({ rcode }: Kept): number => (rcode === RCODE.NXDOMAIN ? EDE.STALE_NXDOMAIN : EDE.STALE_ANSWER);

/** Asks others what is not ours to answer, and remembers what they say. */
export class Forwarder {
  readonly #routes: Routes;
  readonly #limits: ForwardLimits;
  readonly #setsTruncateBit: boolean;
  readonly #cache: AnswerCache;
  readonly #load: Load;
  readonly #spellings = new Spellings();
  readonly #asked = new Map<string, Asked & { readonly known: Promise<Known> }>();
  /** Those too that have their answer, and listen to late ones. */
  readonly #live = new Set<Asked>();
  readonly #counts: Record<Count, number>;
  readonly #nowMs: () => number;
  #isClosed = false;

  /** @param nowMs of a clock that never goes back */
  constructor(options: ForwardOptions, nowMs: () => number = () => performance.now()) {
    const limits = { ...DEFAULT_FORWARD_LIMITS, ...options.limits };
    this.#limits = { ...limits, patienceMs: Math.min(limits.patienceMs, options.timeoutMs ?? limits.patienceMs) };
    this.#routes = new Routes(options.routes);
    this.#setsTruncateBit = options.setsTruncateBit ?? true;
    this.#cache = new AnswerCache(this.#limits);
    this.#load = new Load(this.#limits);
    this.#counts = { forwarded: 0, hits: 0, staleHits: 0, misses: 0, refused: 0, coalesced: 0, unanswered: 0, overloads: 0, loops: 0 };
    this.#nowMs = nowMs;
  }

  /**
   * To a query for a name that is not ours: an answer, SERVFAIL with EDE 22 or 23 where nobody answers, REFUSED with EDE 20 where nobody may be asked. Never
   * rejects, and takes 4 s at most. @param question as read from the query, the name in lower case
   */
  async ask(query: Buffer, question: { readonly name: Name; readonly type: number }, client: Client): Promise<Buffer> {
    const asked = readQuery(query);
    if (asked.kind !== 'query' || asked.questionEnd === HEADER_LENGTH) return errorReply(query, RCODE.FORMERR);
    const known = this.#known(query, asked, question, client);
    return this.#reply(query, asked, client, known instanceof Promise ? await known : known);
  }

  /**
   * Our own answer ends in a CNAME that leads out of our zones: gives it with what others say of its target behind it. Nobody may be asked, or nobody
   * answers: the reply as it is; who asks may follow it himself.
   */
  async complete(reply: Buffer, query: Buffer, target: Name, client: Client): Promise<Buffer> {
    const asked = readQuery(query);
    if (asked.kind !== 'query') return reply;
    const known = await this.#known(query, asked, { name: target, type: asked.type }, client);
    return isAnswer(known.kept) ? withTail(reply, asked, known.kept, this.#terms(asked, client, known)) : reply;
  }

  /** In place of those before, where no zone says otherwise. */
  setResolvers(places: readonly Place[]): void {
    this.#routes.setResolvers(places);
  }

  figures(): ForwardFigures {
    return {
      ...this.#counts,
      entries: this.#cache.size,
      bytes: this.#cache.bytes,
      questions: this.#asked.size,
      queries: this.#load.queries,
      upstreams: this.#routes.upstreams.map((one) => ({ upstream: one.text, isWell: one.isWell, ...one.counts })),
    };
  }

  /** Asks nobody any more; who waits is told that nobody has answered. */
  close(): void {
    this.#isClosed = true;
    for (const { end } of this.#live) end();
    this.#cache.clear();
  }

  #terms(asked: Query, client: Client, { kept, sinceMs, isStale }: Known): Terms {
    return {
      ageSeconds: isStale ? undefined : Math.floor((this.#nowMs() - sinceMs) / 1_000),
      mostBytes: mostBytes(asked, client),
      ede: isStale ? staleEde(kept) : undefined,
      setsTruncateBit: this.#setsTruncateBit,
    };
  }

  #reply(query: Buffer, asked: Query, client: Client, known: Known): Buffer {
    return clientReply(query, asked, known.kept, this.#terms(asked, client, known));
  }

  #failure(name: Name, rcode: number, ede: number): Known {
    return { kept: noAnswer(name, rcode, ede), sinceMs: this.#nowMs(), isStale: false };
  }

  /** What is known, or becomes known. */
  #known(
    query: Buffer,
    asked: Query,
    { name, type }: { readonly name: Name; readonly type: number },
    client: Client,
  ): Known | Promise<Known> {
    const upstreams = this.#routes.upstreamsFor(name, type, asked.class);
    if (upstreams.length === 0) {
      this.#counts.refused += 1;
      return this.#failure(name, RCODE.REFUSED, EDE.NOT_AUTHORITATIVE);
    }
    const question = { name, type, isDnssecOk: asked.edns?.isDnssecOk === true, isUnchecked: ((query[3] ?? 0) & CD) !== 0 };
    const key = keyOf(question);
    const nowMs = this.#nowMs();
    const found = this.#cache.look(key, nowMs);
    if (found.kind === 'fresh') return this.#hit(found.entry);
    const stale = found.kind === 'stale' ? found.entry : undefined;
    if (stale !== undefined && nowMs < stale.recheckMs) return this.#stale(stale);
    this.#counts.misses += 1;
    if (this.#isOurOwn(query, asked)) return this.#failure(name, RCODE.SERVFAIL, OTHER_ERROR);
    const begun = this.#asked.get(key);
    if (this.#isClosed || !this.#load.hasRoom(client.address, this.#asked.size + (begun === undefined ? 1 : 0))) {
      this.#counts.overloads += 1;
      return stale === undefined ? this.#failure(name, RCODE.SERVFAIL, OTHER_ERROR) : this.#stale(stale);
    }
    if (begun !== undefined) this.#counts.coalesced += 1;
    return this.#wait((begun ?? this.#begin(key, question, upstreams)).known, stale, client);
  }

  #hit({ kept, sinceMs }: Entry): Known {
    this.#counts.hits += 1;
    return { kept, sinceMs, isStale: false };
  }

  #stale({ kept, sinceMs }: Entry): Known {
    this.#counts.staleHits += 1;
    return { kept, sinceMs, isStale: true };
  }

  /** Whoever sends us what we asked him would ask us for ever. */
  #isOurOwn(query: Buffer, asked: Query): boolean {
    const sender = this.#spellings.sender(query.toString('latin1', HEADER_LENGTH, asked.questionEnd - 4));
    if (sender === undefined) return false;
    this.#counts.loops += 1;
    sender.noteFailure('loop', this.#nowMs());
    return true;
  }

  /** For the answer, but not longer than who waits likes where there is an old one. */
  async #wait(known: Promise<Known>, stale: Entry | undefined, { address }: Client): Promise<Known> {
    this.#load.begin(address);
    try {
      if (stale === undefined) return await known;
      const enough = new AbortController();
      const late = wait(this.#limits.staleAfterMs, undefined, { signal: enough.signal }).catch(() => undefined);
      const first = await Promise.race([known, late]);
      enough.abort();
      return first === undefined || !isAnswer(first.kept) ? this.#stale(stale) : first;
    } finally {
      this.#load.end(address);
    }
  }

  #begin(key: string, question: Question, upstreams: readonly Upstream[]): Asked & { readonly known: Promise<Known> } {
    this.#counts.forwarded += 1;
    const means = { nowMs: this.#nowMs, spellings: this.#spellings, silentAfterMs: this.#limits.lateMs };
    const asked = inquire(
      turnsOf(upstreams, this.#nowMs()),
      async (upstream, { timeoutMs, signal }) => exchange(upstream, question, { ...means, signal }, timeoutMs),
      this.#limits,
    );
    const begun = { ...asked, known: asked.outcome.then((outcome) => this.#learn(key, question.name, outcome)) };
    this.#asked.set(key, begun);
    this.#live.add(asked);
    asked.silence.addEventListener('abort', () => this.#live.delete(asked));
    return begun;
  }

  #learn(key: string, name: Name, outcome: Outcome): Known {
    this.#asked.delete(key);
    const sinceMs = this.#nowMs();
    if (outcome.kind === 'answered') {
      this.#cache.put(key, outcome.kept, sinceMs);
      return { kept: outcome.kept, sinceMs, isStale: false };
    }
    this.#counts.unanswered += 1;
    const kept =
      outcome.kept ?? noAnswer(name, RCODE.SERVFAIL, outcome.failures.has('silent') ? EDE.NO_REACHABLE_AUTHORITY : EDE.NETWORK_ERROR);
    if (this.#isClosed) return { kept, sinceMs, isStale: false };
    if (this.#cache.look(key, sinceMs).kind === 'stale') this.#cache.postpone(key, sinceMs + this.#limits.recheckMs);
    else if (!isAnswer(kept))
      this.#cache.put(key, kept, sinceMs, outcome.kept === undefined ? this.#limits.unansweredMs : this.#limits.servfailMs);
    return { kept, sinceMs, isStale: false };
  }
}
