import { familiesOf } from '../metrics/families.ts';
import { groupFacts } from '../metrics/group-facts.ts';
import { processFacts } from '../metrics/process-facts.ts';
import { CONTENT_TYPE, toText } from '../metrics/text.ts';
import { DNS_ROUTES } from './dns-routes.ts';
import { idInPath } from './id-in-path.ts';
import { isJson, refuseNoJson } from './json-only.ts';
import { OVERRIDE_ROUTES } from './override-routes.ts';
import { ROLLOUT_ROUTES } from './rollout-routes.ts';
import type { Answer, Route } from './route.ts';
import { SHARES_ROUTES } from './shares-routes.ts';

const ready: Answer = (views, _request, reply) => {
  const readiness = views().ready();
  return reply.code(readiness.ready ? 200 : 503).send(readiness);
};

const metrics: Answer = async (views, _request, reply) => {
  const [status, groups] = await Promise.all([views().status(), groupFacts(views())]);
  return reply.type(CONTENT_TYPE).send(toText(familiesOf({ status, groups, process: processFacts() })));
};

const app: Answer = async (views, request, reply) => {
  const appId = idInPath(request);
  const explanation = await views().explain(appId);
  return explanation ?? reply.code(404).send({ error: `Marathon has no app ${appId}`, code: 'NO_SUCH_APP' });
};

const observations: Answer = async (views, request, reply) => {
  const group = idInPath(request);
  const observed = await views().observe(group);
  return observed ?? reply.code(404).send({ error: `no app is in a deployment group ${group}`, code: 'NO_SUCH_GROUP' });
};

const confirm: Answer = (views, request, reply) => {
  if (!isJson(request)) return refuseNoJson(reply);
  const { id } = (request.body ?? {}) as { readonly id?: unknown };
  const now = views().held();
  if (now !== undefined && id !== undefined && id !== now.id)
    return reply.code(409).send({ error: `something else is held by now: ${now.because} (id ${now.id})`, code: 'OTHER_HELD' });
  const held = views().confirm();
  return held === undefined
    ? reply.code(409).send({ error: 'nothing is held: all that Marathon lists is in force', code: 'NOTHING_HELD' })
    : { confirmed: held };
};

/** All that the API has. A new endpoint is a line here, in docs/api.md, and in test/api/access.test.ts. */
export const ROUTES: readonly Route[] = [
  // Whoever would restart Sluice must not need a secret for it; it tells nothing.
  { method: 'GET', path: '/health', role: 'open', answer: () => ({ alive: true }) },
  { method: 'GET', path: '/ready', role: 'read', answer: ready },
  { method: 'GET', path: '/status', role: 'read', answer: async (views) => views().status() },
  { method: 'GET', path: '/problems', role: 'read', answer: (views) => views().problems() },
  { method: 'GET', path: '/metrics', role: 'read', answer: metrics },
  { method: 'GET', path: '/plan', role: 'read', answer: async (views) => views().plan() },
  { method: 'GET', path: '/apps/*', role: 'read', answer: app },
  { method: 'GET', path: '/v2/observations/*', role: 'read', answer: observations },
  { method: 'POST', path: '/confirm', role: 'write', answer: confirm },
  ...ROLLOUT_ROUTES,
  ...SHARES_ROUTES,
  ...OVERRIDE_ROUTES,
  ...DNS_ROUTES,
];
