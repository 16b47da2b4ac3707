import { claim, type Context, type PortDraft } from '../port-draft.ts';
import { shapeOf } from '../profile.ts';

/** The backend, also without servers: an app that comes and goes must not cost a reload each time. */
export const makeBackend = (draft: PortDraft, context: Context): void => {
  const { name, profile, serverOptions, servers, ending } = draft;
  if (profile === undefined) return;
  draft.backend = claim(context, draft, { name, profile, serverOptions, shape: shapeOf(profile, serverOptions), servers, ending });
};
