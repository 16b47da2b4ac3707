import { randomUUID } from 'node:crypto';
import { rolloutView, type RolloutView } from '../report/rollout-view.ts';
import { describe } from '../rollout/describe.ts';
import { noSuchGroup } from '../rollout/edits/by-hand.ts';
import { isRefusal } from '../rollout/refusal.ts';
import { say } from '../rollout/edits/say.ts';
import { idInPath } from './id-in-path.ts';
import { actionBody, startBody } from './rollout-body.ts';
import type { Answer, Route } from './route.ts';
import { deciding, sendRefusal, signedBy } from './write.ts';

type Told = { readonly rollout: RolloutView } | { readonly steps: readonly string[] };

const showGroup: Answer = (views, request, reply) => {
  const { book, decider } = views();
  const group = idInPath(request);
  return book.one(group) ?? sendRefusal(reply, noSuchGroup(group, decider.groups().keys()));
};

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

const hear = deciding(
  actionBody,
  async ({ decider }, { action, ...who }, request) => {
    const group = idInPath(request);
    const signed = signedBy(request, who);
    return decider.decide(say(group, action, signed), { what: `${action} of the rollout of ${group}`, signed });
  },
  (rollout) => ({ rollout: rolloutView(rollout) }),
);

/** An app definition is larger than anything else that is sent. */
const DEFINITION_BYTES = 1024 * 1024;

/** Groups with what was decided about them, and rollouts: how one begins, and what operators say to it. */
export const ROLLOUT_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/v2/rollouts', role: 'read', answer: (views) => views().book.list() },
  { method: 'GET', path: '/v2/rollouts/*', role: 'read', answer: showGroup },
  { method: 'POST', path: '/v2/rollouts', role: 'write', answer: start, bodyBytes: DEFINITION_BYTES },
  { method: 'POST', path: '/v2/rollouts/*', role: 'write', answer: hear },
];
