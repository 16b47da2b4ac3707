import { portOverrides } from '../../pieces/overrides.ts';
import type { Profile, Timeouts } from '../desired.ts';
import { SHARED_FRONTENDS } from '../names.ts';
import type { Context, PortDraft } from '../port-draft.ts';
import { makeProfile } from '../profile.ts';
import { backendTexts, balanceIn } from '../texts/backend-texts.ts';
import { PortTexts } from '../texts/port-texts.ts';
import { serverTexts } from '../texts/server-texts.ts';
import { asksInRules } from './claim-blocks.ts';

/** Users who come this way are asked for in the rules of the frontend. */
const RULES_FRONTENDS = [SHARED_FRONTENDS.http, SHARED_FRONTENDS.https] as const;

const withoutAsking = (profile: Profile): Profile => {
  const auth = profile.http?.auth;
  if (auth === undefined) return profile;
  return { ...profile, http: { ...profile.http, auth: { ...auth, freeFrontends: [...auth.freeFrontends, ...RULES_FRONTENDS] } } };
};

/** A text has tries of its own, and is held to a few short ones: together with those of labels they could be too long. */
const withoutTries = (profile: Profile): Profile => {
  const kept: { -readonly [K in keyof Profile]: Profile[K] } = { ...profile };
  delete kept.retries;
  const timeouts: { -readonly [K in keyof Timeouts]: Timeouts[K] } = { ...profile.timeouts };
  delete timeouts.connect;
  return { ...kept, timeouts };
};

const hasTries = (texts: NonNullable<Profile['texts']>): boolean =>
  Object.values(texts).some((text) => /^\s*(retries|timeout[ \t]+connect)\b/m.test(text));

/** Puts texts of labels and of the operator in the place of pieces of the port's backend and servers. */
export const overridePieces = (draft: PortDraft, context: Context): void => {
  const { profile } = draft;
  if (profile === undefined) return;
  const overrides = portOverrides(context.entry.app.labels, draft.index, context.options.overrides);
  if (overrides.size === 0) return;
  const texts = new PortTexts(draft, context, overrides);
  draft.texts = texts;
  const asked = asksInRules(draft, texts) ? withoutAsking(profile) : profile;
  const made = backendTexts(draft, context, asked, texts);
  const servers = serverTexts(draft, context, asked, texts);
  if (made !== undefined || asked !== profile) {
    const head = made?.['BACKEND_HEAD'];
    const balance = head === undefined ? asked.balance : (balanceIn(head) ?? 'roundrobin');
    const content = made !== undefined && hasTries(made) ? withoutTries(asked) : asked;
    draft.profile = makeProfile({ ...content, balance, ...(made === undefined ? {} : { texts: made }) });
  }
  if (servers !== undefined) {
    draft.servers = servers.servers;
    draft.ending = servers.ending;
    draft.serverOptions = { ...draft.serverOptions, text: servers.text };
  }
};
