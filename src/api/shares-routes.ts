import { z } from 'zod';
import { SPLIT_BY } from '../rollout/choices.ts';
import { clearShares } from '../rollout/edits/clear.ts';
import { shift } from '../rollout/edits/shift.ts';
import { switchTo } from '../rollout/edits/switch-to.ts';
import { sharesText } from '../rollout/shares.ts';
import { idInPath } from './id-in-path.ts';
import { previewBody } from './preview-body.ts';
import type { Route } from './route.ts';
import { deciding, signature, signedBy } from './write.ts';

const sharesBody = z.strictObject({
  ...signature,
  shares: z.record(z.string(), z.number()),
  splitBy: z.enum(SPLIT_BY).optional(),
  preview: previewBody.optional(),
});

const putShares = deciding(
  sharesBody,
  async ({ decider }, { shares: asked, splitBy, preview, ...who }, request) => {
    const group = idInPath(request);
    const { groups, carriers: carriersOf } = decider.inventory();
    const carriers = carriersOf((groups.get(group) ?? []).map(({ appId }) => appId));
    const signed = signedBy(request, who);
    const what = `shares of ${group} set: ${sharesText(asked)}`;
    return decider.decide(shift({ group, asked, splitBy, preview, signed }, { groups, carriers }), { what, signed });
  },
  (shares) => ({ shares }),
);

const deleteShares = deciding(
  z.strictObject(signature),
  async ({ decider }, who, request) => {
    const group = idInPath(request);
    const signed = signedBy(request, who);
    return decider.decide(clearShares(group, decider.groups(), signed), { what: `shares of ${group} cleared`, signed });
  },
  (before) => ({ cleared: before }),
);

const switchBody = z.strictObject({ ...signature, to: z.string().min(1).optional(), force: z.boolean().optional() });

const postSwitch = deciding(
  switchBody,
  async ({ decider }, { to, force = false, ...who }, request) => {
    const group = idInPath(request);
    const signed = signedBy(request, who);
    return decider.decide(switchTo({ group, to, force, signed }, decider.groups()), {
      what: `all of ${group} switched to ${to ?? 'the other app'}`,
      signed,
    });
  },
  (shares) => ({ shares }),
);

/** How the traffic of a group is shared out, by hand. */
export const SHARES_ROUTES: readonly Route[] = [
  { method: 'PUT', path: '/v2/shares/*', role: 'write', answer: putShares },
  { method: 'DELETE', path: '/v2/shares/*', role: 'write', answer: deleteShares },
  { method: 'POST', path: '/v2/switch/*', role: 'write', answer: postSwitch },
];
