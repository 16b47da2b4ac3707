import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Views } from '../report/views.ts';

/** Gives the answer, or the reply that has been sent. `views` throws while Sluice starts and ends. */
export type Answer = (views: () => Views, request: FastifyRequest, reply: FastifyReply) => unknown;

/** One endpoint. `role` is what it takes where credentials are asked for; `open`: nothing. What changes anything is no GET. */
export type Route =
  | { readonly method: 'GET'; readonly path: string; readonly role: 'open' | 'read'; readonly answer: Answer }
  | {
      readonly method: 'POST' | 'PUT' | 'DELETE';
      readonly path: string;
      readonly role: 'write';
      readonly answer: Answer;
      /** At most, of the body; absent: as everywhere. */ readonly bodyBytes?: number;
    };
