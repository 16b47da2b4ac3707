import { shown } from '../../labels/label.ts';
import { checkForPort, haproxyCheck, modeOf, serverOptions, timeoutSeconds } from '../health.ts';
import { type Context, type PortDraft, problem } from '../port-draft.ts';
import { checkOf, COOKIE_NAME, makeProfile } from '../profile.ts';

const HTTP_ONLY = /^(uri|url_param|hdr)/;

/** The algorithm of the label, as far as the mode knows it. */
const balanceFor = (draft: PortDraft, context: Context): string => {
  const { balance } = draft.settings;
  if (draft.mode !== 'tcp' || !HTTP_ONLY.test(balance)) return balance;
  const message = `${shown(balance)} needs mode http, and this port is in mode tcp: roundrobin is used`;
  draft.problems.push(problem(context, draft, 'BALANCE', message));
  return 'roundrobin';
};

/** Mode, algorithm, cookie and check: all that a backend is apart from its servers. */
export const chooseProfile = (draft: PortDraft, context: Context): void => {
  const { settings } = draft;
  const check = checkForPort(context.entry.app, draft.index);
  const mode = modeOf(settings.mode, check, settings.vhosts.length > 0);
  draft.mode = mode;
  draft.serverOptions = serverOptions(check);
  draft.profile = makeProfile({
    mode,
    balance: balanceFor(draft, context),
    ...(settings.sticky && mode === 'http' ? { cookieName: COOKIE_NAME } : {}),
    ...(check === undefined ? {} : { check: checkOf(haproxyCheck(mode, check), timeoutSeconds(check)) }),
  });
};
