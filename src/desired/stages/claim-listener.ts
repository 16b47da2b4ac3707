import { loggedAs } from '../options.ts';
import { claim, type Context, type PortDraft } from '../port-draft.ts';

/** A frontend on the service port, named after its backend. */
export const claimListener = (draft: PortDraft, context: Context): void => {
  const { options } = context;
  if (!options.bindServicePorts) return;
  draft.listener = claim(context, draft, {
    name: `${draft.name}${options.listenerSuffix}`,
    kind: 'service',
    mode: draft.mode,
    binds: [{ address: draft.settings.bindAddress ?? options.bindAddress, port: draft.servicePort }],
    ...loggedAs(options),
    routes: [{ kind: 'always', backend: draft.name }],
  });
};
