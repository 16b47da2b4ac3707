import { loggedAs } from '../options.ts';
import { claim, type Context, type PortDraft } from '../port-draft.ts';
import { frontendOverride } from '../texts/frontend-texts.ts';

/** A frontend on the service port, named after its backend. */
export const claimListener = (draft: PortDraft, context: Context): void => {
  const { options } = context;
  if (!options.bindServicePorts || draft.profile === undefined) return;
  const bind = { address: draft.settings.bindAddress ?? options.bindAddress, port: draft.servicePort };
  const override = draft.texts === undefined ? undefined : frontendOverride(draft, bind, draft.texts);
  if (override?.kind === 'none') return;
  draft.listener = claim(context, draft, {
    name: `${draft.name}${options.listenerSuffix}`,
    kind: 'service',
    mode: draft.mode,
    binds: override?.binds ?? [bind],
    ...(override === undefined ? {} : { texts: override.texts }),
    ...(draft.settings.timeoutClient === undefined ? {} : { clientTimeout: draft.settings.timeoutClient }),
    ...loggedAs(options),
    routes: [{ kind: 'always', backend: draft.name }],
  });
};
