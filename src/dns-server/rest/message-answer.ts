import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Answers a DNS message. @param address of the client, as the socket has it */
export type AnswerMessage = (query: Buffer, address: string) => Promise<Uint8Array>;

/** RFC 8484, section 6. */
const MEDIA_TYPE = 'application/dns-message';
/** Section 4.1: a message over HTTP may be as large as one over TCP. */
const MOST_BYTES = 65_535;
const HEADER_BYTES = 12;

const refuse = (reply: FastifyReply, status: number, because: string): FastifyReply =>
  reply.code(status).type('text/plain').send(`${status}: ${because}`);

const BASE64URL = /^[A-Za-z0-9_-]+$/;

const messageIn = ({ query }: FastifyRequest): Buffer | undefined => {
  const { dns } = query as { readonly dns?: unknown };
  return typeof dns === 'string' && BASE64URL.test(dns) ? Buffer.from(dns, 'base64url') : undefined;
};

/** DNS over HTTPS (RFC 8484), behind whatever ends TLS: questions of the zone are answered as by TCP. */
export const addMessageRoute = (server: FastifyInstance, answer: AnswerMessage): void => {
  const answerTo = async (request: FastifyRequest, reply: FastifyReply, message: Buffer | undefined): Promise<FastifyReply> => {
    if (message === undefined || message.length < HEADER_BYTES) return refuse(reply, 400, 'there is no DNS message in it (RFC 8484, 4.1)');
    const bytes = await answer(message, request.raw.socket.remoteAddress ?? '');
    // What it says may change with the next event: nobody on the way is to keep it.
    return reply.type(MEDIA_TYPE).header('cache-control', 'no-store').send(bytes);
  };
  server.get('/dns-query', async (request, reply) => answerTo(request, reply, messageIn(request)));
  server.addContentTypeParser(MEDIA_TYPE, { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) => done(null, body));
  server.post('/dns-query', { bodyLimit: MOST_BYTES }, async (request, reply) =>
    Buffer.isBuffer(request.body)
      ? answerTo(request, reply, request.body)
      : refuse(reply, 415, `the content type of a DNS message is ${MEDIA_TYPE}`),
  );
};
