import type { Authority } from '../dns/answer/authority.ts';
import type { Reply } from '../dns/answer/frame.ts';
import type { Name } from '../dns/name.ts';
import { EDE, RCODE, TC } from '../dns/packet/codes.ts';
import { errorReply } from '../dns/packet/reply.ts';
import type { Access } from './access.ts';
import type { Counts, Transport } from './counts.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Transfers } from './transfers.ts';

export interface Client {
  readonly transport: Transport;
  readonly address: string;
}

/** Asks others about names that are not ours. Never rejects. */
export interface AskOthers {
  ask(query: Buffer, question: { readonly name: Name; readonly type: number }, client: Client): Promise<Uint8Array>;
}

interface AnsweringOptions {
  readonly authority: Pick<Authority, 'answer'>;
  readonly access: Access;
  readonly counts: Counts;
  readonly transfers: Transfers;
  /** Absent: there is no limit. */
  readonly rateLimit: RateLimit | undefined;
  /** Absent: nobody is asked about other names. */
  readonly others: AskOthers | undefined;
}

type Kind<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

const DROP: Reply = { kind: 'drop' };

/** The type in a question, for counting alone; 0: there is none that could be read. */
const typeIn = (reply: Uint8Array): number => {
  let at = 12;
  while (at < reply.length && reply[at] !== 0) at += 1 + (reply[at] ?? 0);
  return ((reply[at + 1] ?? 0) << 8) | (reply[at + 2] ?? 0);
};

/** What becomes of a question: who may ask, how often, and who answers it. The same by UDP and TCP. */
export class Answering {
  readonly #options: AnsweringOptions;

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  answer(query: Buffer, client: Client): Reply {
    const { authority, access, counts, rateLimit } = this.#options;
    if (rateLimit !== undefined && client.transport === 'udp') {
      const verdict = rateLimit.take(client.address);
      if (verdict !== 'answer') return this.#limited(query, verdict);
    }
    if (!access.mayAsk(client.address)) return this.#refused(query);
    const reply = authority.answer(query, client);
    if (reply.kind === 'reply') counts.noteReply(client.transport, reply.qtype, reply.rcode, reply.truncated);
    else if (reply.kind === 'drop') counts.note('dropped');
    return reply;
  }

  /** Resolves to an answer in any case. */
  async forward(query: Buffer, { name, type }: Kind<'forward'>, client: Client): Promise<Uint8Array> {
    const { others, access, counts } = this.#options;
    const isAllowed = access.mayAskOthers(client.address);
    if (isAllowed) counts.forwarded += 1;
    else counts.note('refused');
    const bytes =
      others === undefined || !isAllowed
        ? errorReply(query, RCODE.REFUSED, { ede: isAllowed ? EDE.NOT_AUTHORITATIVE : EDE.PROHIBITED })
        : await others.ask(query, { name, type }, client);
    counts.noteReply(client.transport, type, (bytes[3] ?? 0) & 0xf, ((bytes[2] ?? 0) & TC) !== 0);
    return bytes;
  }

  /** All messages of a transfer by TCP. */
  transfer(query: Buffer, { apex, type, serial }: Kind<'transfer'>, client: Client): Iterable<Uint8Array> {
    const { access, counts, transfers } = this.#options;
    const isAllowed = access.mayTransfer(client.address);
    if (isAllowed) counts.transfers += 1;
    else counts.note('refused');
    counts.noteReply('tcp', type, isAllowed ? RCODE.NOERROR : RCODE.REFUSED, false);
    if (!isAllowed) return [errorReply(query, RCODE.REFUSED, { ede: EDE.PROHIBITED })];
    return transfers.messages(query, apex, serial);
  }

  #limited(query: Buffer, verdict: 'truncate' | 'drop'): Reply {
    const { counts } = this.#options;
    counts.note('limited');
    const isAnswer = query.length < 12 || ((query[2] ?? 0) & 0x80) !== 0;
    if (verdict === 'drop' || isAnswer) return DROP;
    const bytes = errorReply(query, RCODE.NOERROR);
    bytes[2] = (bytes[2] ?? 0) | TC;
    return { kind: 'reply', bytes, rcode: RCODE.NOERROR, qtype: typeIn(bytes), truncated: true };
  }

  /** No larger than the question: nobody gains by asking from a false address. */
  #refused(query: Buffer): Reply {
    const { counts } = this.#options;
    counts.note('refused');
    if (query.length < 12 || ((query[2] ?? 0) & 0x80) !== 0) return DROP;
    const bytes = errorReply(query, RCODE.REFUSED, { ede: EDE.PROHIBITED });
    return { kind: 'reply', bytes, rcode: RCODE.REFUSED, qtype: typeIn(bytes), truncated: false };
  }
}
