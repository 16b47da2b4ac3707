import { hostTls } from '../host-tls.ts';
import { claim, type Context, type PortDraft, problem } from '../port-draft.ts';
import { wrongBind } from '../service-bind.ts';

/** A port may not fill the list for everybody. */
const MOST_HOSTS = 1000;

/**
 * Certificates and options of the https frontend for the hosts of a port: by its SSL_CERT, and with --group-https-by-vhost by its BIND_OPTIONS too.
 * They stay while it has no servers: who waits for one may still ask who answers.
 */
export const claimHosts = (draft: PortDraft, context: Context): void => {
  const { options } = context;
  const { vhosts, sslCert, bindOptions } = draft.settings;
  const isGrouped = options.groupHttpsByVhost === true;
  if (!options.bindHttpHttps || draft.mode !== 'http' || draft.profile === undefined || vhosts.length > MOST_HOSTS) return;
  // Marathon-LB had certificates of apps on their service ports alone, but for this.
  if (!isGrouped && options.compat === 'strict') return;
  if (sslCert.length === 0 && !(isGrouped && bindOptions.length > 0)) return;
  const { untold, ...tls } = hostTls(draft, context);
  const wrong = options.bindServicePorts ? undefined : wrongBind(draft, context);
  if (wrong !== undefined) draft.problems.push(problem(context, draft, wrong.label, wrong.message));
  if (untold.length > 0 && vhosts.length > 0)
    draft.problems.push(
      problem(context, draft, 'BIND_OPTIONS', `${untold.join(', ')}: of its service port alone, for the https frontend is everybody's`),
    );
  draft.hosts = vhosts
    .filter((host) => host !== '*')
    .map((host) => claim(context, draft, { host, ...tls }, [{ label: 'VHOST', value: host }]));
};
