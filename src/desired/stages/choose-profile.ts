import { shown } from '../../labels/label.ts';
import type { App } from '../../model/app.ts';
import { hasCheckedPort } from '../checked-port.ts';
import type { Profile, ServerOptions } from '../desired.ts';
import { type PortCheck, haproxyCheck, modeOf, portCheck, serverCheck, sharedCheck, timeoutSeconds } from '../health.ts';
import { endsInTime, retriesFor } from '../patience.ts';
import { type Context, type PortDraft, problem } from '../port-draft.ts';
import { checkOf, COOKIE_NAME, makeProfile } from '../profile.ts';
import { httpRulesOf, noteHttpOnly } from './choose-http-rules.ts';

const HTTP_ONLY = /^(uri|url_param|hdr)/;

/** The algorithm of the label, as far as the mode knows it. */
const balanceFor = (draft: PortDraft, context: Context): string => {
  const { balance } = draft.settings;
  if (draft.mode !== 'tcp' || !HTTP_ONLY.test(balance)) return balance;
  const message = `${shown(balance)} needs mode http, and this port is in mode tcp: roundrobin is used`;
  draft.problems.push(problem(context, draft, 'BALANCE', message));
  return 'roundrobin';
};

/** How long and how often a server is tried, as the labels say, unless that would be too long. */
const triesOf = (draft: PortDraft, context: Context): { readonly connect?: number; readonly retries?: number } => {
  const { timeoutConnect: connect, retries = connect === undefined ? undefined : retriesFor(connect) } = draft.settings;
  if (endsInTime(connect, retries)) return { ...(connect === undefined ? {} : { connect }), ...(retries === undefined ? {} : { retries }) };
  const label = connect === undefined ? 'RETRIES' : 'TIMEOUT_CONNECT';
  const message =
    'the tries of a connection (TIMEOUT_CONNECT for each of RETRIES + 1, a second between them) must be over in less than 25 s: the usual 3s and 5 are used';
  draft.problems.push(problem(context, draft, label, message));
  return {};
};

const patienceOf = (draft: PortDraft, context: Context): Pick<Profile, 'timeouts' | 'retries'> => {
  const { timeoutQueue: queue, timeoutServer: server, timeoutTunnel: tunnel } = draft.settings;
  const { connect, retries } = triesOf(draft, context);
  const timeouts = {
    ...(connect === undefined ? {} : { connect }),
    ...(queue === undefined ? {} : { queue }),
    ...(server === undefined ? {} : { server }),
    ...(tunnel === undefined ? {} : { tunnel }),
  };
  return { ...(Object.keys(timeouts).length === 0 ? {} : { timeouts }), ...(retries === undefined ? {} : { retries }) };
};

const serverOptionsOf = (draft: PortDraft, check: PortCheck | undefined): ServerOptions => {
  const { maxconn, backendProto, healthcheckHost } = draft.settings;
  const proto = backendProto === 'h2' && draft.mode === 'http' ? backendProto : undefined;
  // Marathon checks by HTTP/1, and HAProxy's check in HTTP/2 fails where it names no host (2.6 to 3.4).
  const asksByHttp1 = proto !== undefined && check !== undefined && haproxyCheck(draft.mode, check, healthcheckHost).kind === 'http';
  return {
    ...(check === undefined
      ? {}
      : { check: { ...serverCheck(draft.mode, check, healthcheckHost), ...(asksByHttp1 ? { proto: 'h1' } : {}) } }),
    ...(maxconn === undefined ? {} : { maxConnections: maxconn }),
    ...(proto === undefined ? {} : { proto }),
  };
};

const noteNoSuchPort = (draft: PortDraft, context: Context): void => {
  const { app } = context.entry;
  if (hasCheckedPort(app, draft.settings)) return;
  const message = `the app has no port number ${draft.settings.healthcheckPortIndex}, but ${app.ports.length}: this one is checked itself`;
  draft.problems.push(problem(context, draft, 'BACKEND_HEALTHCHECK_PORT_INDEX', message));
};

/** What tasks of this port were started with besides the present definition: those of other apps of its group, and versions that go. */
const otherDefinitions = (context: Context): readonly App[] => [
  ...(context.group?.others ?? []).map(({ app }) => app),
  ...context.entries.flatMap(({ app, formerChecks = [] }) => formerChecks.map((healthChecks) => ({ ...app, healthChecks }))),
];

/** The check that suits all tasks of this port. */
const checkOfAll = (own: PortCheck | undefined, draft: PortDraft, context: Context): PortCheck | undefined => {
  const { compat } = context.options;
  const others = otherDefinitions(context);
  if (own === undefined || others.length === 0 || compat === 'strict') return own;
  return sharedCheck(
    own,
    others.map((app) => portCheck(app, draft.index, draft.settings, compat)),
  );
};

/** Mode, algorithm, cookie, check, rules and times: all that a backend is apart from its servers. None where nobody may be let in. */
export const chooseProfile = (draft: PortDraft, context: Context): void => {
  const { settings } = draft;
  const own = portCheck(context.entry.app, draft.index, settings, context.options.compat);
  noteNoSuchPort(draft, context);
  const mode = modeOf(settings, own, context.options.compat);
  const check = checkOfAll(own, draft, context);
  draft.mode = mode;
  if (mode === 'tcp' && settings.auth !== undefined && (context.options.compat === 'fixed' || settings.tlsPassthrough)) {
    const message =
      'a password can be asked for in mode http only, and this port is in mode tcp: it is left out, so that nobody comes in without';
    draft.problems.push(problem(context, draft, 'AUTH', message));
    draft.leftOut = message;
    return;
  }
  if (mode === 'tcp') noteHttpOnly(draft, context);
  const http = mode === 'http' ? httpRulesOf(draft, context) : undefined;
  draft.serverOptions = serverOptionsOf(draft, check);
  draft.profile = makeProfile({
    mode,
    balance: balanceFor(draft, context),
    ...(settings.sticky && mode === 'http' ? { cookieName: COOKIE_NAME } : {}),
    ...(check === undefined ? {} : { check: checkOf(haproxyCheck(mode, check, settings.healthcheckHost), timeoutSeconds(check.check)) }),
    ...patienceOf(draft, context),
    ...(settings.networkAllowed === undefined ? {} : { allowedFrom: settings.networkAllowed }),
    ...(http === undefined ? {} : { http }),
    ...(settings.sorryPage === undefined || mode === 'tcp' ? {} : { sorryPage: settings.sorryPage }),
    ...(mode === 'http' && context.group !== undefined ? { times: true } : {}),
    ...(mode === 'http' && context.options.trustedProxies !== undefined ? { trustsProxies: true } : {}),
  });
};
