import { z } from 'zod';
import { SPLIT_BY } from '../rollout/choices.ts';
import { clearShares } from '../rollout/edits/clear.ts';
import { shift } from '../rollout/edits/shift.ts';
import { switchTo } from '../rollout/edits/switch-to.ts';
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
    return decider.decide(shift({ group, asked, splitBy, preview, signed: signedBy(request, who) }, { groups, carriers }));
  },
  (shares) => ({ shares }),
);

const deleteShares = deciding(
  z.strictObject(signature),
  async ({ decider }, _who, request) => decider.decide(clearShares(idInPath(request), decider.groups())),
  (before) => ({ cleared: before }),
);

const switchBody = z.strictObject({ ...signature, to: z.string().min(1).optional(), force: z.boolean().optional() });

const postSwitch = deciding(
  switchBody,
  async ({ decider }, { to, force = false, ...who }, request) =>
    decider.decide(switchTo({ group: idInPath(request), to, force, signed: signedBy(request, who) }, decider.groups())),
  (shares) => ({ shares }),
);

/** How the traffic of a group is shared out, by hand. */
export const SHARES_ROUTES: readonly Route[] = [
  { method: 'PUT', path: '/v2/shares/*', role: 'write', answer: putShares },
  { method: 'DELETE', path: '/v2/shares/*', role: 'write', answer: deleteShares },
  { method: 'POST', path: '/v2/switch/*', role: 'write', answer: postSwitch },
];
