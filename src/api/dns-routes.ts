import { z } from 'zod';
import { typeNumber } from '../dns/data-text.ts';
import { toName } from '../dns/name.ts';
import type { Answer, Route } from './route.ts';

/** 253 characters and a dot, each of them perhaps as an escape of four. */
const LONGEST_NAME = 1020;

const query = z.object({
  name: z
    .string()
    .min(1)
    .max(LONGEST_NAME)
    .refine((text) => toName(text) !== undefined),
  type: z
    .string()
    .max(9)
    .default('A')
    .transform((text, context) => {
      const type = typeNumber(text);
      if (type === undefined) context.addIssue({ code: 'custom', message: 'no record type' });
      return type ?? 0;
    }),
});

const explain: Answer = async (views, request, reply) => {
  const { explainDns } = views();
  if (explainDns === undefined)
    return reply.code(404).send({ error: 'this Sluice answers no DNS: start it with --dns-listen or --mesos-dns-config', code: 'NO_DNS' });
  const asked = query.safeParse(request.query);
  if (!asked.success)
    return reply
      .code(400)
      .send({ error: 'ask for /dns/explain?name=NAME&type=TYPE: a domain name, and a record type such as A or SRV', code: 'BAD_REQUEST' });
  return explainDns(asked.data);
};

/** What DNS answers, and why. */
export const DNS_ROUTES: readonly Route[] = [{ method: 'GET', path: '/dns/explain', role: 'read', answer: explain }];
