import { claim, type Context, type PortDraft, problem } from '../port-draft.ts';

/** Marathon-LB 1.5: an explicit weight, else 1 with a path and 0 without; an explicit 0 counts as not set. */
const weightOf = ({ settings }: PortDraft): number =>
  settings.backendWeight === 0 && settings.paths !== undefined ? 1 : settings.backendWeight;

/** Virtual hosts and paths of the http and https frontends. A port without servers claims none: the request falls to the next best route. */
export const claimRoutes = (draft: PortDraft, context: Context): void => {
  const { settings } = draft;
  if (settings.vhosts.length === 0) return;
  if (draft.mode !== 'http') {
    draft.problems.push(
      problem(
        context,
        draft,
        'VHOST',
        'a virtual host needs mode http, and this port is in mode tcp: it is reached by its service port only',
      ),
    );
    return;
  }
  if (draft.servers.length === 0) return;
  const prefixes = settings.paths === undefined || settings.paths.length === 0 ? ['/'] : settings.paths;
  const weight = weightOf(draft);
  draft.routes = settings.vhosts.flatMap((host) =>
    prefixes.map((prefix) =>
      claim(context, draft, { host, prefix, weight, backend: draft.name, redirectToHttps: settings.redirectToHttps }),
    ),
  );
};
