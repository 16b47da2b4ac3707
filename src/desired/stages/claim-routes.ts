import { isReached } from '../keeps-route.ts';
import { canBeMapped, countPaths } from '../paths.ts';
import { claim, type Context, type PortDraft, problem } from '../port-draft.ts';
import { weightOf } from '../weight.ts';
import { whyNotPassed } from './claim-passthrough.ts';

/** Each prefix of a host is held against all that begin with it: many nested ones cost their square. */
const MOST_PREFIXES = 100;
/** Each is asked for one after the other. */
const MOST_HOSTS_OF_RULES = 100;
/** A port may not fill the maps for everybody, nor may an app by many ports. */
export const MOST_ROUTES = 1000;
export const MOST_ROUTES_OF_APP = 5000;

/** Of the routes of the maps; the rules of a port that asks for its paths otherwise stand in their place. */
const prefixesOf = ({ settings: { paths } }: PortDraft): readonly string[] =>
  paths === undefined || paths.prefixes.length === 0 ? ['/'] : paths.prefixes;

const pathsOf = ({ settings }: PortDraft): number => Math.max(countPaths(settings), 1);

const countOf = (draft: PortDraft): number => draft.settings.vhosts.length * pathsOf(draft);

/** The label that is to blame for it that the port has no routes, and why. */
const whyNone = (draft: PortDraft, context: Context): readonly [label: string, because: string] | undefined => {
  const hosts = draft.settings.vhosts.length;
  const prefixes = pathsOf(draft);
  if (draft.settings.tlsPassthrough) return whyNotPassed(draft, context);
  if (draft.mode !== 'http')
    return ['VHOST', 'a virtual host needs mode http, and this port is in mode tcp: it is reached by its service port only'];
  if (prefixes > MOST_PREFIXES) return ['PATH', `${prefixes} path prefixes are more than ${MOST_PREFIXES}: no route is made`];
  if (hosts > MOST_HOSTS_OF_RULES && !canBeMapped(draft.settings))
    return ['VHOST', `${hosts} hosts are more than ${MOST_HOSTS_OF_RULES} for a port with PATH_REGEX or -i in PATH: no route is made`];
  if (hosts * prefixes > MOST_ROUTES)
    return ['VHOST', `${hosts} hosts with ${prefixes} path prefixes each are more than ${MOST_ROUTES} routes: none is made`];
  return undefined;
};

/** Virtual hosts and paths of the http and https frontends. A port without servers claims none unless it is to keep them: the request falls to the next best route. */
export const claimRoutes = (draft: PortDraft, context: Context): void => {
  const { settings } = draft;
  if (settings.vhosts.length === 0 || draft.profile === undefined || settings.tlsPassthrough) return;
  const none = whyNone(draft, context);
  if (none !== undefined) {
    draft.problems.push(problem(context, draft, ...none));
    return;
  }
  if (!isReached(draft)) return;
  const weight = weightOf(settings);
  draft.routes = settings.vhosts.flatMap((host) =>
    prefixesOf(draft).map((prefix) =>
      claim(context, draft, { host, prefix, weight, backend: draft.name, redirectToHttps: settings.redirectToHttps }, [
        { label: 'VHOST', value: host },
        { label: 'PATH', value: prefix.toLowerCase() },
      ]),
    ),
  );
};

/** Ports are counted in their order, those without servers too: a task that comes takes no routes from a port that has them. */
export const limitRoutes = (drafts: readonly PortDraft[], context: Context): void => {
  let left = MOST_ROUTES_OF_APP;
  for (const draft of drafts) {
    const wanted = whyNone(draft, context) === undefined ? countOf(draft) : 0;
    if (wanted <= left) left -= wanted;
    else {
      draft.routes = [];
      delete draft.passthrough;
      delete draft.blocks;
      const message = `the ports of this app have more than ${MOST_ROUTES_OF_APP} routes together: the ${wanted} of this one are not made`;
      draft.problems.push(problem(context, draft, 'VHOST', message));
    }
  }
};
