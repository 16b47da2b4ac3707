import type { PortSettings } from '../../labels/catalogue.ts';
import type { PieceName } from '../../pieces/catalogue.ts';
import type { FormatValues } from '../../pieces/format.ts';
import type { Overrides } from '../../pieces/overrides.ts';
import { canBeOwn } from '../../pieces/own-block.ts';
import { allWantedSince } from '../claim-age.ts';
import { isReached } from '../keeps-route.ts';
import { claim, type Context, type PortDraft, servedAs } from '../port-draft.ts';
import type { BlockPart, RoutingBlock, SharedKind } from '../routing-block.ts';
import type { Claim } from '../app-part.ts';
import { canBeMapped, hasPaths, pathTests, pathText } from '../paths.ts';
import { defaultParts, namesPaths } from '../texts/default-parts.ts';
import { cleanedUpAppId, cleanedUpHostname } from '../texts/names.ts';
import { PortTexts } from '../texts/port-texts.ts';
import { httpPieces, httpsPieces, type RoutingPiece } from '../texts/routing-pieces.ts';
import { weightOf } from '../weight.ts';

/** Each host of a port has some texts of its own, and all of it is in the one file that HAProxy reads. */
const MOST_CHARACTERS = 65_536;

const NO_TEXTS: Overrides = new Map();

const TOO_MANY_CONDITIONS = 'has a rule with so many conditions that none can be added, by which it would be about its own requests alone';

interface Block {
  readonly draft: PortDraft;
  readonly context: Context;
  readonly texts: PortTexts;
  /** Users are asked for in the rules, not in the backend. */
  readonly asksHere: boolean;
}

const piecesOf = (settings: PortSettings): Readonly<Record<'http' | 'https', readonly RoutingPiece[]>> => {
  const flags = {
    hosts: settings.vhosts,
    path: hasPaths(settings),
    auth: settings.auth !== undefined,
    redirect: settings.redirectToHttps,
  };
  return { http: httpPieces(flags), https: httpsPieces(flags) };
};

const isOverridden = ({ name }: RoutingPiece, texts: PortTexts): boolean => texts.has(name);

const hasOwnWords = ({ settings }: PortDraft, texts: PortTexts): boolean => {
  const { http, https } = piecesOf(settings);
  return [...http, ...https].some((piece) => isOverridden(piece, texts));
};

/** Whether the rules of this port are others than the maps could tell. */
const hasOwnRules = (draft: PortDraft, texts: PortTexts | undefined): boolean => {
  if (draft.mode !== 'http' || draft.settings.vhosts.length === 0) return false;
  return !canBeMapped(draft.settings) || (texts !== undefined && hasOwnWords(draft, texts));
};

/** Pieces that would read a PATH that is no prefixes as if it were some; empty where all of them are in somebody's own words. */
export const readersOfPaths = (settings: PortSettings, overrides: Overrides): readonly PieceName[] => {
  const { http, https } = piecesOf(settings);
  return [...http, ...https].filter((piece) => namesPaths(piece) && !overrides.has(piece.name)).map(({ name }) => name);
};

/** Whether these rules ask for users in other words than ours. */
export const asksInRules = (draft: PortDraft, texts: PortTexts): boolean => {
  if (!hasOwnRules(draft, texts) || draft.settings.auth === undefined) return false;
  const { http, https } = piecesOf(draft.settings);
  return [...http, ...https].some((piece) => piece.name.includes('AUTH') && isOverridden(piece, texts));
};

const valuesOf = ({ draft, context }: Block, piece: RoutingPiece): FormatValues => {
  const { settings } = draft;
  const [first = ''] = settings.vhosts;
  const appId = servedAs(context);
  const path = pathText(settings);
  return {
    cleanedUpHostname: cleanedUpHostname(first, appId),
    hostname: piece.host ?? first,
    backend: draft.name,
    appId,
    bindAddr: settings.bindAddress ?? '*',
    ...(path === undefined ? {} : { path }),
    ...(settings.auth === undefined ? {} : { realm: settings.auth.realm }),
  };
};

const isAboutUsers = ({ kind }: BlockPart): boolean => kind === 'user' || kind === 'ask';

const partsOf = (block: Block, piece: RoutingPiece): readonly BlockPart[] => {
  const { settings } = block.draft;
  const text = block.texts.read(piece.name, valuesOf(block, piece));
  const tooLong = text?.lines.find((line) => !canBeOwn(line));
  if (tooLong !== undefined) block.texts.refuse(piece.name, TOO_MANY_CONDITIONS);
  else if (text !== undefined) return [{ kind: 'text', lines: text.lines }];
  const { httpsPort, trustedProxies } = block.context.options;
  const parts = defaultParts(piece, settings.vhosts, {
    tests: pathTests(settings),
    realm: settings.auth?.realm ?? '',
    httpsPort,
    trustsProxies: trustedProxies !== undefined,
  });
  return block.asksHere ? parts : parts.filter((part) => !isAboutUsers(part));
};

const blockOf = (block: Block, frontend: SharedKind, parts: readonly BlockPart[]): Claim<RoutingBlock> => {
  const { draft, context } = block;
  const wildcards = draft.settings.vhosts.filter((host) => host.startsWith('*'));
  const rules: RoutingBlock = {
    name: `${frontend}/${draft.name}`,
    frontend,
    backend: draft.name,
    acl: cleanedUpHostname(draft.settings.vhosts[0] ?? '', servedAs(context)),
    weight: frontend === 'app-id' ? 0 : weightOf(draft.settings),
    hosts: draft.settings.vhosts.filter((host) => !host.startsWith('*')),
    ...(wildcards.length === 0 ? {} : { wildcards }),
    appId: servedAs(context).toLowerCase(),
    parts,
  };
  return { ...claim(context, draft, rules), since: allWantedSince(draft.age) };
};

/** Rules of a port in the http and https frontends, in place of entries of maps. A port that is not reached has none. */
export const claimBlocks = (draft: PortDraft, context: Context): void => {
  if (!isReached(draft) || !hasOwnRules(draft, draft.texts)) return;
  const texts = draft.texts ?? new PortTexts(draft, context, NO_TEXTS);
  const block: Block = { draft, context, texts, asksHere: asksInRules(draft, texts) };
  // It has too many hosts or paths for routes.
  if (draft.routes.length === 0) return;
  draft.routes = [];
  const pieces = piecesOf(draft.settings);
  for (const piece of new Set([...pieces.http, ...pieces.https].map(({ name }) => name))) {
    const size = texts.sizeOf(piece) * [...pieces.http, ...pieces.https].filter(({ name }) => name === piece).length;
    if (size > MOST_CHARACTERS) texts.refuse(piece, `has ${size} characters with all hosts of the port, more than ${MOST_CHARACTERS}`);
  }
  if (texts.wrong !== undefined) return;
  draft.blocks = (['http', 'https'] as const).map((frontend) =>
    blockOf(
      block,
      frontend,
      pieces[frontend].flatMap((piece) => partsOf(block, piece)),
    ),
  );
};

/** The rules in the app-id frontend, of the port that it leads to; undefined: an entry of its map is enough. */
export const appIdBlock = (draft: PortDraft, context: Context): Claim<RoutingBlock> | undefined => {
  const { texts } = draft;
  if (texts?.has('HTTP_FRONTEND_APPID_ACL') !== true) return undefined;
  const appId = servedAs(context);
  const values = { cleanedUpAppId: cleanedUpAppId(appId), hostname: draft.settings.vhosts[0], appId, backend: draft.name };
  const text = texts.read('HTTP_FRONTEND_APPID_ACL', values);
  if (text === undefined) return undefined;
  if (!text.lines.every(canBeOwn)) {
    texts.refuse('HTTP_FRONTEND_APPID_ACL', TOO_MANY_CONDITIONS);
    return undefined;
  }
  return blockOf({ draft, context, texts, asksHere: false }, 'app-id', [{ kind: 'text', lines: text.lines }]);
};
