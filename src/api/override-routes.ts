import { z } from 'zod';
import { clearOverride, setOverride, undoOverride } from '../rollout/edits/overrides.ts';
import { restOfPath } from './id-in-path.ts';
import type { Route } from './route.ts';
import { deciding, signature, signedBy } from './write.ts';

const subject = z.string().min(1);

const overrideBody = z.discriminatedUnion('kind', [
  z.strictObject({ ...signature, kind: z.literal('weight'), of: subject, weight: z.int().min(0).max(256) }),
  z.strictObject({ ...signature, kind: z.enum(['drain', 'maintenance']), of: subject }),
]);

const orderWords = (asked: z.infer<typeof overrideBody>): string =>
  `${asked.kind} of ${asked.of} ordered${asked.kind === 'weight' ? `: ${asked.weight}` : ''}`;

const postOverride = deciding(
  overrideBody,
  async ({ decider }, asked, request) => {
    const signed = signedBy(request, asked);
    return decider.decide(setOverride(asked, signed, decider.inventory()), { what: orderWords(asked), signed });
  },
  (overridden) => overridden,
);

const deleteOverride = deciding(
  z.strictObject(signature),
  async ({ decider }, who, request) => {
    const id = restOfPath(request);
    return decider.decide(clearOverride(id), { what: `${id} undone`, signed: signedBy(request, who) });
  },
  (before) => ({ cleared: before }),
);

const undoBody = z.strictObject({ ...signature, kind: z.enum(['weight', 'drain', 'maintenance']), of: subject });

const deleteNamed = deciding(
  undoBody,
  async ({ decider }, named, request) => {
    const what = `${named.kind} of ${named.of} undone`;
    return decider.decide(undoOverride(named, decider.inventory()), { what, signed: signedBy(request, named) });
  },
  (before) => ({ cleared: before }),
);

/** Orders by hand: by the names that people give to what they are about, and by their ids. */
export const OVERRIDE_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/v2/overrides', role: 'write', answer: postOverride },
  { method: 'DELETE', path: '/v2/overrides', role: 'write', answer: deleteNamed },
  { method: 'DELETE', path: '/v2/overrides/*', role: 'write', answer: deleteOverride },
];
