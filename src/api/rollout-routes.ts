import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SPLIT_BY } from '../rollout/choices.ts';
import { clearShares } from '../rollout/edits/clear.ts';
import { noSuchGroup } from '../rollout/edits/by-hand.ts';
import { clearOverride, setOverride, undoOverride } from '../rollout/edits/overrides.ts';
import { shift } from '../rollout/edits/shift.ts';
import { switchTo } from '../rollout/edits/switch-to.ts';
import { toAppId } from './app-id.ts';
import type { Answer, Route } from './route.ts';
import { previewBody } from './preview-body.ts';
import { deciding, sendRefusal, signature, signedBy } from './write.ts';

/** What stands in the place of '*'. */
const groupIn = ({ params }: FastifyRequest): string => toAppId((params as { readonly '*': string })['*']);

const showGroup: Answer = (views, request, reply) => {
  const { book, decider } = views();
  const group = groupIn(request);
  return book.one(group) ?? sendRefusal(reply, noSuchGroup(group, decider.groups().keys()));
};

const sharesBody = z.strictObject({
  ...signature,
  shares: z.record(z.string(), z.number()),
  splitBy: z.enum(SPLIT_BY).optional(),
  preview: previewBody.optional(),
});

const putShares = deciding(
  sharesBody,
  async ({ decider }, { shares: asked, splitBy, preview, ...who }, request) => {
    const group = groupIn(request);
    const { groups, carriers: carriersOf } = decider.inventory();
    const carriers = carriersOf((groups.get(group) ?? []).map(({ appId }) => appId));
    return decider.decide(shift({ group, asked, splitBy, preview, signed: signedBy(request, who) }, { groups, carriers }));
  },
  (shares) => ({ shares }),
);

const deleteShares = deciding(
  z.strictObject(signature),
  async ({ decider }, _who, request) => decider.decide(clearShares(groupIn(request), decider.groups())),
  (before) => ({ cleared: before }),
);

const switchBody = z.strictObject({ ...signature, to: z.string().min(1).optional(), force: z.boolean().optional() });

const postSwitch = deciding(
  switchBody,
  async ({ decider }, { to, force = false, ...who }, request) =>
    decider.decide(switchTo({ group: groupIn(request), to, force, signed: signedBy(request, who) }, decider.groups())),
  (shares) => ({ shares }),
);

const overrideBody = z.discriminatedUnion('kind', [
  z.strictObject({ ...signature, kind: z.literal('weight'), of: z.string().min(1), weight: z.int().min(0).max(256) }),
  z.strictObject({ ...signature, kind: z.enum(['drain', 'maintenance']), of: z.string().min(1) }),
]);

const postOverride = deciding(
  overrideBody,
  async ({ decider }, asked, request) => decider.decide(setOverride(asked, signedBy(request, asked), decider.inventory())),
  (overridden) => overridden,
);

const deleteOverride = deciding(
  z.strictObject(signature),
  async ({ decider }, _who, { params }) => decider.decide(clearOverride((params as { readonly '*': string })['*'])),
  (before) => ({ cleared: before }),
);

const undoBody = z.strictObject({ ...signature, kind: z.enum(['weight', 'drain', 'maintenance']), of: z.string().min(1) });

const undoOrder = deciding(
  undoBody,
  async ({ decider }, named) => decider.decide(undoOverride(named, decider.inventory())),
  (before) => ({ cleared: before }),
);

/** Shares, rollouts and overrides. */
export const ROLLOUT_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/v2/rollouts', role: 'read', answer: (views) => views().book.list() },
  { method: 'GET', path: '/v2/rollouts/*', role: 'read', answer: showGroup },
  { method: 'PUT', path: '/v2/shares/*', role: 'write', answer: putShares },
  { method: 'DELETE', path: '/v2/shares/*', role: 'write', answer: deleteShares },
  { method: 'POST', path: '/v2/switch/*', role: 'write', answer: postSwitch },
  { method: 'POST', path: '/v2/overrides', role: 'write', answer: postOverride },
  { method: 'DELETE', path: '/v2/overrides', role: 'write', answer: undoOrder },
  { method: 'DELETE', path: '/v2/overrides/*', role: 'write', answer: deleteOverride },
];
