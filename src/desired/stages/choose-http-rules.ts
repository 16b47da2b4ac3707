import type { BasicAuth, HttpRules } from '../http-rules.ts';
import { SHARED_FRONTENDS } from '../names.ts';
import { type Context, type PortDraft, problem } from '../port-draft.ts';

/** Hosts that are looked for in each Location. */
const MOST_HOSTS = 100;

const isOneHost = (host: string): boolean => !host.startsWith('*');

/** Marathon-LB asked on ports 80 and 443 only: it had its rules there. */
const authOf = (draft: PortDraft, { options }: Context): BasicAuth | undefined => {
  const { auth, vhosts } = draft.settings;
  if (auth === undefined) return undefined;
  const isStrict = options.compat === 'strict';
  if (isStrict && vhosts.length === 0) return undefined;
  const freeFrontends = isStrict ? [SHARED_FRONTENDS.appId, `${draft.name}${options.listenerSuffix}`] : [];
  return { userlist: `user_${draft.name}`, ...auth, freeFrontends };
};

/** Those of the port, as many as a look at each answer may cost. */
const locationHosts = (draft: PortDraft, context: Context): readonly string[] => {
  const { vhosts } = draft.settings;
  if (vhosts.length > MOST_HOSTS) {
    const message = `${vhosts.length} hosts are more than ${MOST_HOSTS}: redirects to those after them are left as they are`;
    draft.problems.push(problem(context, draft, 'HTTP_BACKEND_REVPROXY_PATH', message));
  }
  return vhosts.slice(0, MOST_HOSTS);
};

const rewriting = (draft: PortDraft, context: Context): Pick<HttpRules, 'stripPrefix' | 'host' | 'locationRoot'> => {
  const { proxypassPath, revproxyPath, vhosts } = draft.settings;
  const isStrict = context.options.compat === 'strict';
  const host = proxypassPath === undefined ? undefined : vhosts.find(isOneHost);
  return {
    ...(proxypassPath === undefined || proxypassPath === '' ? {} : { stripPrefix: { prefix: proxypassPath, withinWords: isStrict } }),
    ...(host === undefined ? {} : { host }),
    ...(revproxyPath === undefined
      ? {}
      : {
          locationRoot: {
            hosts: locationHosts(draft, context),
            root: revproxyPath.root,
            keepsRest: !isStrict || revproxyPath.asksForRest,
          },
        }),
  };
};

/** What the labels of a port ask of its requests and answers; undefined: nothing. */
export const httpRulesOf = (draft: PortDraft, context: Context): HttpRules | undefined => {
  const { rateLimit, corsOrigins, redir, vhosts, useHsts, timeoutClient } = draft.settings;
  const auth = authOf(draft, context);
  const rules: HttpRules = {
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(timeoutClient === undefined || context.options.clientTimeouts !== true ? {} : { clientTimeout: timeoutClient }),
    ...(corsOrigins === undefined ? {} : { cors: { origins: corsOrigins } }),
    ...(auth === undefined ? {} : { auth }),
    ...rewriting(draft, context),
    ...(redir === undefined ? {} : { rootRedirect: { hosts: vhosts, location: redir } }),
    ...(useHsts ? { hsts: true } : {}),
  };
  return Object.keys(rules).length === 0 ? undefined : rules;
};

const HTTP_ONLY = {
  useHsts: 'USE_HSTS',
  proxypassPath: 'HTTP_BACKEND_PROXYPASS_PATH',
  revproxyPath: 'HTTP_BACKEND_REVPROXY_PATH',
  redir: 'HTTP_BACKEND_REDIR',
  rateLimit: 'RATE_LIMIT',
  corsOrigins: 'CORS_ORIGINS',
  sorryPage: 'SORRY_PAGE',
  backendProto: 'BACKEND_PROTO',
} as const;

/** Tells of labels that mean nothing where HAProxy does not read what goes through. */
export const noteHttpOnly = (draft: PortDraft, context: Context): void => {
  for (const key of Object.keys(HTTP_ONLY) as (keyof typeof HTTP_ONLY)[]) {
    const value = draft.settings[key];
    if (value === undefined || value === false) continue;
    const message = `needs mode http, and this port is in mode tcp: it has no effect`;
    draft.problems.push(problem(context, draft, HTTP_ONLY[key], message));
  }
};
