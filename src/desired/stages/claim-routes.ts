import { claim, type Context, type PortDraft, problem } from '../port-draft.ts';

/** Marathon-LB 1.5: an explicit weight, else 1 with a path and 0 without; an explicit 0 counts as not set. */
const weightOf = ({ settings }: PortDraft): number =>
  settings.backendWeight === 0 && settings.paths !== undefined ? 1 : settings.backendWeight;

/** A port may not fill the maps for everybody. */
const MOST_ROUTES = 5000;

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
  const prefixes = settings.paths === undefined || settings.paths.length === 0 ? ['/'] : settings.paths;
  if (settings.vhosts.length * prefixes.length > MOST_ROUTES) {
    const message = `${settings.vhosts.length} hosts with ${prefixes.length} path prefixes each are more than ${MOST_ROUTES} routes: none is made`;
    draft.problems.push(problem(context, draft, 'VHOST', message));
    return;
  }
  if (draft.servers.length === 0) return;
  const weight = weightOf(draft);
  draft.routes = settings.vhosts.flatMap((host) =>
    prefixes.map((prefix) =>
      claim(context, draft, { host, prefix, weight, backend: draft.name, redirectToHttps: settings.redirectToHttps }),
    ),
  );
};
