import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inPieces, jsonParts, type Told } from './json-parts.ts';

/** At once: each keeps what the zone was when it began, some megabytes where there are many tasks. */
const MOST_AT_ONCE = 4;
/** Who takes longer to read one has to ask again: it would keep others out. */
const LONGEST_MS = 120_000;

const isKnown = ({ headers }: FastifyRequest, tag: string): boolean =>
  headers['if-none-match']?.split(',').some((one) => ['*', tag, `W/${tag}`].includes(one.trim())) === true;

/** Answers that tell the whole zone: in pieces, and only so many at once. */
export class BigAnswers {
  #busy = 0;

  /**
   * @param tag of what would be told: who has it already is told only that (304)
   * @param tell called in this turn of the event loop, and not where nothing is to be told
   */
  send(request: FastifyRequest, reply: FastifyReply, tag: string, tell: () => Told): FastifyReply {
    void reply.header('etag', tag).header('cache-control', 'no-cache');
    if (isKnown(request, tag)) return reply.code(304).send();
    if (this.#busy >= MOST_AT_ONCE)
      return reply
        .code(503)
        .header('retry-after', '1')
        .type('text/plain')
        .send('503: too many answers of this size at once; ask again in a second');
    this.#count(reply);
    return reply.type('application/json').send(Readable.from(inPieces(jsonParts(tell())), { objectMode: false }));
  }

  #count(reply: FastifyReply): void {
    this.#busy += 1;
    const timer = setTimeout(() => reply.raw.destroy(), LONGEST_MS);
    reply.raw.once('close', () => {
      clearTimeout(timer);
      this.#busy -= 1;
    });
  }
}
