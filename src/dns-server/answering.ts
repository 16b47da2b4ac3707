import type { Authority } from '../dns/answer/authority.ts';
import type { Reply } from '../dns/answer/frame.ts';
import type { Name } from '../dns/name.ts';
import { EDE, HEADER_LENGTH, QR, RCODE, TC } from '../dns/packet/codes.ts';
import { errorReply } from '../dns/packet/reply.ts';
import { never } from '../kit/never.ts';
import type { Access } from './access.ts';
import type { Counts, Transport } from './counts.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Transfers } from './transfers.ts';

export interface Client {
  readonly transport: Transport;
  readonly address: string;
}

/** What is sent back: at once, later, in several messages, or nothing. */
export type Answered =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array }
  /** Never rejects. */
  | { readonly kind: 'later'; readonly bytes: Promise<Uint8Array> }
  /** By TCP alone. */
  | { readonly kind: 'messages'; readonly messages: Iterable<Uint8Array> }
  | { readonly kind: 'drop' };

/** Asks others about names that are not ours. Never rejects. */
export interface AskOthers {
  ask(query: Buffer, question: { readonly name: Name; readonly type: number }, client: Client): Promise<Uint8Array>;
  /** Our answer ends in an alias of somebody else's name: with what others say of that. */
  complete(reply: Buffer, query: Buffer, target: Name, client: Client): Promise<Uint8Array>;
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

const DROP: Answered = { kind: 'drop' };

/** The type in a question, for counting alone; 0: there is none that could be read. */
const typeIn = (reply: Uint8Array): number => {
  let at = HEADER_LENGTH;
  while (at < reply.length && reply[at] !== 0) at += 1 + (reply[at] ?? 0);
  return ((reply[at + 1] ?? 0) << 8) | (reply[at + 2] ?? 0);
};

/** What becomes of a question: who may ask, how often, and who answers it. The same by UDP and TCP. */
export class Answering {
  readonly #options: AnsweringOptions;

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  answer(query: Buffer, client: Client): Answered {
    const { authority, access, counts, rateLimit } = this.#options;
    if (rateLimit !== undefined && client.transport === 'udp') {
      const verdict = rateLimit.take(client.address);
      if (verdict !== 'answer') return this.#limited(query, verdict);
    }
    if (!access.mayAsk(client.address)) return this.#refused(query, client);
    const reply = authority.answer(query, client);
    switch (reply.kind) {
      case 'reply':
        counts.noteReply(client.transport, reply.qtype, reply.rcode, reply.truncated);
        return reply.continueAt === undefined ? reply : this.#goOn(query, reply, reply.continueAt, client);
      case 'forward':
        return this.#forward(query, reply, client);
      case 'transfer':
        return this.#transfer(query, reply, client);
      case 'drop':
        counts.note('dropped');
        return reply;
      default:
        return never(reply);
    }
  }

  #goOn(query: Buffer, reply: Kind<'reply'>, target: Name, client: Client): Answered {
    const { others, access } = this.#options;
    if (others === undefined || !access.mayAskOthers(client.address)) return reply;
    return { kind: 'later', bytes: others.complete(reply.bytes, query, target, client) };
  }

  #forward(query: Buffer, { name, type }: Kind<'forward'>, client: Client): Answered {
    const { others, access, counts } = this.#options;
    if (!access.mayAskOthers(client.address)) return this.#refused(query, client);
    if (others === undefined) {
      counts.noteReply(client.transport, type, RCODE.REFUSED, false);
      return { kind: 'reply', bytes: errorReply(query, RCODE.REFUSED, { ede: EDE.NOT_AUTHORITATIVE }) };
    }
    counts.forwarded += 1;
    const bytes = others.ask(query, { name, type }, client).then((reply) => {
      counts.noteReply(client.transport, type, (reply[3] ?? 0) & 0xf, ((reply[2] ?? 0) & TC) !== 0);
      return reply;
    });
    return { kind: 'later', bytes };
  }

  #transfer(query: Buffer, { apex, type, serial }: Kind<'transfer'>, client: Client): Answered {
    const { access, counts, transfers } = this.#options;
    if (!access.mayTransfer(client.address)) return this.#refused(query, client);
    counts.transfers += 1;
    counts.noteReply(client.transport, type, RCODE.NOERROR, false);
    return { kind: 'messages', messages: transfers.messages(query, apex, serial) };
  }

  #limited(query: Buffer, verdict: 'truncate' | 'drop'): Answered {
    const { counts } = this.#options;
    counts.note('limited');
    const isAnswer = query.length < HEADER_LENGTH || ((query[2] ?? 0) & QR) !== 0;
    if (verdict === 'drop' || isAnswer) return DROP;
    const bytes = errorReply(query, RCODE.NOERROR);
    bytes[2] = (bytes[2] ?? 0) | TC;
    counts.noteReply('udp', typeIn(bytes), RCODE.NOERROR, true);
    return { kind: 'reply', bytes };
  }

  /** No larger than the question: nobody gains by asking from a false address. */
  #refused(query: Buffer, { transport }: Client): Answered {
    const { counts } = this.#options;
    counts.note('refused');
    if (query.length < HEADER_LENGTH || ((query[2] ?? 0) & QR) !== 0) return DROP;
    const bytes = errorReply(query, RCODE.REFUSED, { ede: EDE.PROHIBITED });
    counts.noteReply(transport, typeIn(bytes), RCODE.REFUSED, false);
    return { kind: 'reply', bytes };
  }
}
