import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Decided } from '../book/decider.ts';
import type { Views } from '../report/views.ts';
import { isRefusal, type Refusal } from '../rollout/refusal.ts';
import type { Signed } from '../rollout/signed.ts';
import { commonNameOf } from './access.ts';
import { isJson, refuseNoJson } from './json-only.ts';
import type { Answer } from './route.ts';

const STATUS: Readonly<Record<Refusal['refused'], number>> = {
  BAD_REQUEST: 400,
  NO_SUCH_GROUP: 404,
  NO_SUCH_APP: 404,
  NO_SUCH_TASK: 404,
  NO_SUCH_OVERRIDE: 404,
  ROLLOUT_RUNS: 409,
  REFUSED: 422,
};

export const sendRefusal = (reply: FastifyReply, { refused, because }: Refusal): FastifyReply =>
  reply.code(STATUS[refused]).send({ error: because, code: refused });

const LONGEST_NAME = 200;
const LONGEST_REASON = 1000;

/** Who asks, in every body of what changes something. */
export const signature = {
  by: z.string().min(1).max(LONGEST_NAME).exactOptional(),
  reason: z.string().max(LONGEST_REASON).exactOptional(),
};

/** Who decides: what the body says, behind the name that the credentials have. */
export const signedBy = (request: FastifyRequest, { by, reason }: { readonly by?: string; readonly reason?: string }): Signed => {
  const name = commonNameOf(request) ?? '';
  const who = [name, by ?? ''].filter((part) => part !== '').join(' ');
  return {
    by: who === '' ? 'somebody' : who,
    at: new Date().toISOString(),
    ...(reason === undefined || reason === '' ? {} : { reason }),
  };
};

const MOST_ISSUES = 5;
const LONGEST_ISSUE = 300;

/** The first ones: whoever sends much that is wrong is not sent more. */
const issuesOf = ({ issues }: z.ZodError): string => {
  const told = issues.slice(0, MOST_ISSUES).map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  const more = issues.length > MOST_ISSUES ? [`and ${issues.length - MOST_ISSUES} more`] : [];
  return [...told.map((text) => text.slice(0, LONGEST_ISSUE)), ...more].join('; ');
};

/**
 * An endpoint that decides something: JSON in, by this schema; what is refused has a status of its own. What is written and not yet in force is
 * told as `notYet`, with the reason.
 */
export const deciding =
  <B, T>(
    schema: z.ZodType<B>,
    decide: (views: Views, body: B, request: FastifyRequest) => Promise<Decided<T> | Refusal>,
    tell: (value: T) => object,
  ): Answer =>
  async (given, request, reply) => {
    if (!isJson(request)) return refuseNoJson(reply);
    const views = given();
    const body = schema.safeParse(request.body);
    if (!body.success) return sendRefusal(reply, { refused: 'BAD_REQUEST', because: issuesOf(body.error) });
    const done = await decide(views, body.data, request);
    if (isRefusal(done)) return sendRefusal(reply, done);
    return { ...tell(done.value), ...(done.notYet === undefined ? {} : { notYet: done.notYet }) };
  };
