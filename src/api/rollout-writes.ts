import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { act } from '../rollout/actions.ts';
import { isRefusal } from '../rollout/edits/edit.ts';
import { rolloutView, type RolloutView } from '../report/rollout-view.ts';
import { describe } from '../rollout/start.ts';
import { toAppId } from './app-id.ts';
import { actionBody, startBody } from './rollout-body.ts';
import type { Route } from './route.ts';
import { deciding, signedBy } from './write.ts';

type Told = { readonly rollout: RolloutView } | { readonly steps: readonly string[] };

const start = deciding(
  startBody,
  async ({ decider }, { definition, from, options = {}, dryRun = false, ...who }, request) => {
    const asked = { definition, from, options, signed: signedBy(request, who), id: randomUUID() };
    const done = dryRun ? await decider.planRollout(asked) : await decider.startRollout(asked);
    if (isRefusal(done)) return done;
    const value: Told = 'value' in done ? { rollout: rolloutView(done.value) } : { steps: describe(done) };
    return { ...done, value };
  },
  (told) => told,
);

const groupIn = ({ params }: FastifyRequest): string => toAppId((params as { readonly '*': string })['*']);

const say = deciding(
  actionBody,
  async ({ decider }, { action, ...who }, request) => decider.decide(act(groupIn(request), action, signedBy(request, who))),
  (rollout) => ({ rollout: rolloutView(rollout) }),
);

/** An app definition is larger than anything else that is sent. */
const DEFINITION_BYTES = 1024 * 1024;

export const ROLLOUT_WRITES: readonly Route[] = [
  { method: 'POST', path: '/v2/rollouts', role: 'write', answer: start, bodyBytes: DEFINITION_BYTES },
  { method: 'POST', path: '/v2/rollouts/*', role: 'write', answer: say },
];
