import { isAnswer, type Kept } from '../../dns/forward/kept.ts';
import { readReply, type Verdict } from '../../dns/forward/read-reply.ts';
import type { Failure, Upstream } from '../../dns/forward/upstream.ts';
import { type Question, upstreamQuery } from '../../dns/forward/upstream-query.ts';
import { HEADER_LENGTH, RCODE } from '../../dns/packet/codes.ts';
import { randomBits, randomId } from './random.ts';
import type { Spellings } from './spellings.ts';
import { askByTcp } from './tcp.ts';
import { askByUdp } from './udp.ts';
import type { Heard } from './wire.ts';

/** What one upstream made of one question; `kept` besides a failure: better than nothing. */
export type Exchanged =
  { readonly kind: 'reply'; readonly kept: Kept } | { readonly kind: 'failed'; readonly failure: Failure; readonly kept?: Kept };

/** What an exchange needs besides. */
export interface Means {
  /** Of one clock that never goes back. */
  readonly nowMs: () => number;
  readonly spellings: Spellings;
  /** Until an upstream that has said nothing counts as silent; it may still answer. */
  readonly silentAfterMs: number;
  readonly signal: AbortSignal;
}

type Read = Exclude<Verdict, { readonly kind: 'strange' }>;

const MOST_SPELLING_BYTES = 32;

/** RFC 6891, 7, and servers before it. */
const isAboutEdns = ({ rcode }: Kept): boolean => rcode === RCODE.FORMERR || rcode === RCODE.NOTIMP;

/** One try: the question, sent once by UDP or TCP. */
const send = async (
  by: typeof askByUdp | typeof askByTcp,
  upstream: Upstream,
  question: Question,
  means: Means,
  terms: { readonly hasEdns: boolean; readonly deadlineMs: number },
): Promise<Heard<Read>> => {
  if (means.signal.aborted) return { kind: 'silent' };
  const bits = upstream.keepsCase ? randomBits(MOST_SPELLING_BYTES) : undefined;
  const query = upstreamQuery(question, { id: randomId(), bits, hasEdns: terms.hasEdns });
  const end = means.spellings.note(query.bytes.subarray(HEADER_LENGTH, query.questionEnd - 4), upstream);
  try {
    return await by({
      place: upstream.place,
      bytes: query.bytes,
      judge: (bytes) => {
        const verdict = readReply(bytes, query);
        return verdict.kind === 'strange' ? undefined : verdict;
      },
      timeoutMs: Math.max(1, terms.deadlineMs - means.nowMs()),
      signal: means.signal,
    });
  } finally {
    end();
  }
};

const failed = (failure: Failure, kept?: Kept): Exchanged => ({ kind: 'failed', failure, ...(kept === undefined ? {} : { kept }) });

const ofReply = (kept: Kept): Exchanged => (isAnswer(kept) ? { kind: 'reply', kept } : failed('refused', kept));

/** By TCP nobody can have guessed, so another spelling there is the server's way: it is not asked with spellings again. */
const byTcp = async (
  upstream: Upstream,
  question: Question,
  means: Means,
  terms: Parameters<typeof send>[4],
  short?: Kept,
): Promise<Exchanged> => {
  const heard = await send(askByTcp, upstream, question, means, terms);
  if (heard.kind !== 'heard') return failed(heard.kind === 'flooded' ? 'garbage' : heard.kind, short);
  const { value } = heard;
  if (value.kind === 'reply') return ofReply(value.kept);
  if (value.kind === 'garbage' || !upstream.keepsCase) return failed('garbage', short);
  upstream.keepsCase = false;
  return byTcp(upstream, question, means, terms, short);
};

const byUdp = async (upstream: Upstream, question: Question, means: Means, terms: Parameters<typeof send>[4]): Promise<Exchanged> => {
  const heard = await send(askByUdp, upstream, question, means, terms);
  if (heard.kind === 'flooded') return byTcp(upstream, question, means, terms);
  if (heard.kind !== 'heard') return failed(heard.kind);
  const { value } = heard;
  if (value.kind === 'garbage') return failed('garbage');
  if (value.kind === 'respelled') return byTcp(upstream, question, means, terms);
  const { kept, knowsEdns } = value;
  if (terms.hasEdns && !knowsEdns && isAboutEdns(kept)) {
    upstream.noteNoEdns(means.nowMs());
    return byUdp(upstream, question, means, { ...terms, hasEdns: false });
  }
  return kept.isTruncated ? byTcp(upstream, question, means, terms, kept) : ofReply(kept);
};

/** A server that answers, whatever it answers, is well; but one that refuses to is asked after others. */
const note = (upstream: Upstream, exchanged: Exchanged, nowMs: number): void => {
  if (exchanged.kind === 'reply' || (exchanged.failure === 'refused' && exchanged.kept?.rcode !== RCODE.REFUSED)) upstream.noteAnswer();
  else if (exchanged.failure !== 'silent') upstream.noteFailure(exchanged.failure, nowMs);
};

/**
 * One question to one upstream: by UDP; by TCP what has no room there, or may be forged; without EDNS where that is not understood. What is learned of the
 * upstream is noted in it.
 */
export const exchange = async (upstream: Upstream, question: Question, means: Means, timeoutMs: number): Promise<Exchanged> => {
  const beginMs = means.nowMs();
  upstream.noteAsked(beginMs);
  const timer = setTimeout(() => upstream.noteFailure('silent', means.nowMs()), Math.min(means.silentAfterMs, timeoutMs));
  try {
    const exchanged = await byUdp(upstream, question, means, { hasEdns: upstream.takesEdns(beginMs), deadlineMs: beginMs + timeoutMs });
    if (!means.signal.aborted) note(upstream, exchanged, means.nowMs());
    return exchanged;
  } finally {
    clearTimeout(timer);
  }
};
