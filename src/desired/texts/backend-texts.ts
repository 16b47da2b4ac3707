import type { PieceName } from '../../pieces/catalogue.ts';
import type { FormatValues } from '../../pieces/format.ts';
import type { HealthCheck } from '../../model/app.ts';
import type { Profile } from '../desired.ts';
import { portCheck } from '../health.ts';
import type { Context, PortDraft } from '../port-draft.ts';
import { indented, type PortTexts } from './port-texts.ts';

const label = (draft: PortDraft, { entry }: Context, name: string): string | undefined =>
  entry.app.labels[`HAPROXY_${draft.index}_${name}`];

/** What a text about the port's check may name. */
export const checkValues = (draft: PortDraft, { entry, options }: Context): FormatValues => {
  const check: HealthCheck | undefined = portCheck(entry.app, draft.index, draft.settings, options.compat)?.check;
  const port = check?.port ?? draft.servers[0]?.port;
  return {
    healthCheck: check === undefined ? null : { ...check },
    healthCheckPortIndex: check?.portIndex,
    healthCheckPort: port,
    healthCheckProtocol: check?.protocol,
    healthCheckPath: check?.path ?? '/',
    healthCheckTimeoutSeconds: check?.timeoutSeconds,
    healthCheckIntervalSeconds: check?.intervalSeconds,
    healthCheckGracePeriodSeconds: check?.gracePeriodSeconds,
    healthCheckMaxConsecutiveFailures: check?.maxConsecutiveFailures,
    healthCheckFalls: check === undefined ? null : check.maxConsecutiveFailures + 1,
    healthCheckPortOptions: check?.port === undefined ? '' : ` port ${check.port}`,
  };
};

interface Wanted {
  readonly name: PieceName;
  readonly values: FormatValues;
}

/** Pieces of the backend that this port has, with what they may name. */
const wantedPieces = (draft: PortDraft, context: Context, profile: Profile): readonly Wanted[] => {
  const { settings, name: backend, mode } = draft;
  const hostname = label(draft, context, 'VHOST')?.toLowerCase();
  const isHttp = mode === 'http';
  const network = isHttp ? 'HTTP' : 'TCP';
  const none: FormatValues = {};
  return [
    { name: 'BACKEND_HEAD', values: { backend, balance: profile.balance, mode } },
    ...(isHttp && settings.useHsts ? [{ name: 'BACKEND_HSTS_OPTIONS', values: none } as const] : []),
    ...(isHttp ? [{ name: 'BACKEND_HTTP_OPTIONS', values: none } as const] : []),
    ...(isHttp && settings.proxypassPath !== undefined
      ? [{ name: 'HTTP_BACKEND_PROXYPASS_GLUE', values: { hostname, proxypath: settings.proxypassPath } } as const]
      : []),
    ...(isHttp && settings.revproxyPath !== undefined
      ? [
          {
            name: 'HTTP_BACKEND_REVPROXY_GLUE',
            values: { hostname, rootpath: label(draft, context, 'HTTP_BACKEND_REVPROXY_PATH') },
          } as const,
        ]
      : []),
    ...(isHttp && settings.redir !== undefined
      ? [{ name: 'HTTP_BACKEND_REDIR', values: { hostname, redirpath: settings.redir } } as const]
      : []),
    ...(settings.networkAllowed ?? []).map(
      (network_allowed) => ({ name: `${network}_BACKEND_NETWORK_ALLOWED_ACL`, values: { network_allowed } }) as const,
    ),
    ...(settings.networkAllowed === undefined ? [] : [{ name: `${network}_BACKEND_ACL_ALLOW_DENY`, values: none } as const]),
    ...(settings.sticky ? [{ name: 'BACKEND_STICKY_OPTIONS', values: none } as const] : []),
    ...(profile.check === undefined
      ? []
      : [
          {
            name: `BACKEND_${profile.check.kind === 'http' ? 'HTTP' : 'TCP'}_HEALTHCHECK_OPTIONS`,
            values: checkValues(draft, context),
          } as const,
        ]),
  ];
};

/** Texts in place of pieces of the port's backend, by their names; undefined: there are none. */
export const backendTexts = (draft: PortDraft, context: Context, profile: Profile, texts: PortTexts): Profile['texts'] => {
  const made = new Map<string, string>();
  for (const { name, values } of wantedPieces(draft, context, profile)) {
    const text = texts.read(name, values);
    if (text !== undefined) made.set(name, (made.get(name) ?? '') + indented(text.lines));
  }
  const users = userlistText(draft, profile, texts);
  if (users !== undefined) made.set('USERLIST_HEAD', users);
  return made.size === 0 ? undefined : Object.fromEntries([...made].sort());
};

const userlistText = (draft: PortDraft, profile: Profile, texts: PortTexts): string | undefined => {
  const auth = profile.http?.auth;
  if (auth === undefined) return undefined;
  const text = texts.read('USERLIST_HEAD', { backend: draft.name, user: auth.user, passwd: auth.passwordHash });
  return text === undefined ? undefined : indented(text.lines);
};

/** Of the line `balance ...` in a text in place of BACKEND_HEAD; undefined: it has none. */
export const balanceIn = (head: string): string | undefined => /^\s*balance[ \t]+(\S.*?)\s*$/m.exec(head)?.[1];
