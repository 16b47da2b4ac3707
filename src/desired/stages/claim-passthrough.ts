import { isReached } from '../keeps-route.ts';
import { hasPaths } from '../paths.ts';
import { claim, type Context, type PortDraft, problem } from '../port-draft.ts';
import { weightOf } from '../weight.ts';

/** As for routes: a port may not fill the map for everybody. */
const MOST_HOSTS = 1000;

/** The label that is to blame for it that no TLS connection comes here as it is, and why. */
export const whyNotPassed = ({ settings }: PortDraft, { options }: Context): readonly [label: string, because: string] | undefined => {
  const { vhosts } = settings;
  if (options.passthrough === undefined)
    return [
      'TLS_PASSTHROUGH',
      'needs the flag --tls-passthrough of this load balancer, which was not given: the port is reached by its service port only',
    ];
  if (vhosts.length === 0) return ['TLS_PASSTHROUGH', 'needs VHOST: it is by the name of a host that TLS connections are told apart'];
  if (hasPaths(settings))
    return [
      settings.paths === undefined ? 'PATH_REGEX' : 'PATH',
      'is not to be seen in what is not decrypted: no host is passed through; leave it out',
    ];
  if (vhosts.length > MOST_HOSTS) return ['VHOST', `${vhosts.length} hosts are more than ${MOST_HOSTS}: none is passed through`];
  return undefined;
};

/** Hosts whose TLS connections go to the servers as they are. On the http port nothing but a redirect could be had of such servers. */
export const claimPassthrough = (draft: PortDraft, context: Context): void => {
  const { settings } = draft;
  if (!settings.tlsPassthrough || draft.profile === undefined) return;
  if (settings.mode === 'http')
    draft.problems.push(problem(context, draft, 'MODE', 'http has no effect: what is not decrypted is passed on in mode tcp'));
  const none = whyNotPassed(draft, context);
  if (none !== undefined) draft.problems.push(problem(context, draft, ...none));
  if (none !== undefined || !isReached(draft)) return;
  const weight = weightOf(settings);
  const backend = draft.name;
  const claims = <T extends { readonly host: string }>(valueOf: (host: string) => T) =>
    settings.vhosts.map((host) => claim(context, draft, valueOf(host), [{ label: 'VHOST', value: host }]));
  draft.passthrough = claims((host) => ({ host, weight, backend }));
  if (settings.redirectToHttps)
    draft.routes = claims((host) => ({ host, prefix: '/', weight, backend, redirectToHttps: true, isPassthrough: true as const }));
};
