import { loggedAs, trusting } from '../options.ts';
import { claim, type Context, type PortDraft, problem } from '../port-draft.ts';
import { copiesOf, serviceBind } from '../service-bind.ts';
import { frontendOverride } from '../texts/frontend-texts.ts';

/** A frontend on the service port, named after its backend. An endpoint of a pod may have none. */
export const claimListener = (draft: PortDraft, context: Context): void => {
  const { options } = context;
  if (!options.bindServicePorts || draft.servicePort === 0 || draft.profile === undefined) return;
  const bind = serviceBind(draft, context);
  if ('label' in bind) {
    draft.problems.push(problem(context, draft, bind.label, bind.message));
    return;
  }
  const override = draft.texts === undefined ? undefined : frontendOverride(draft, bind, draft.texts, copiesOf(bind.files ?? [], options));
  if (override?.kind === 'none') return;
  draft.listener = claim(context, draft, {
    name: `${draft.name}${options.listenerSuffix}`,
    kind: 'service',
    mode: draft.mode,
    binds: override?.binds ?? [bind],
    ...(override === undefined ? {} : { texts: override.texts }),
    ...(draft.settings.timeoutClient === undefined ? {} : { clientTimeout: draft.settings.timeoutClient }),
    ...loggedAs(options),
    ...(draft.mode === 'http' ? trusting(options) : {}),
    // Known from its label on: a first share is no other listener.
    ...(draft.mode === 'http' && context.group !== undefined ? { colours: true } : {}),
    routes: [{ kind: 'always', backend: draft.name }],
  });
};
