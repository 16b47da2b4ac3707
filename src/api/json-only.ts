import type { FastifyReply, FastifyRequest } from 'fastify';

/** Pages in a browser may send anything else to another site without asking: what changes something takes nothing but this. */
export const isJson = ({ headers }: FastifyRequest): boolean => /^application\/json\b/.test(headers['content-type'] ?? '');

export const refuseNoJson = (reply: FastifyReply): FastifyReply =>
  reply
    .code(415)
    .send({ error: 'what changes something takes a body of JSON, {} at least, with content-type application/json', code: 'NOT_JSON' });
