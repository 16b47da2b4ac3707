import { canonicalNetwork, commonNetworks } from '../../kit/ip-network.ts';
import type { Problem } from '../../kit/problem.ts';
import { bucketsOf } from '../../rollout/buckets.ts';
import type { GroupShares, Preview } from '../../rollout/shares.ts';
import { whyNotShared } from '../../rollout/why-not-shared.ts';
import type { Claim, ColourEntry } from '../app-part.ts';
import { type Colour, coloursOf, previewBackend, visitorsBackend } from '../colours.ts';
import type { Backend, Profile, Server } from '../desired.ts';
import { isProxyName } from '../names.ts';
import { claim, type Context, type PortDraft } from '../port-draft.ts';
import { makeProfile, shapeOf } from '../profile.ts';

/** A port whose requests can be led to one colour. */
interface Port {
  readonly draft: PortDraft;
  readonly context: Context;
  readonly shares: GroupShares;
  /** The backend of all its requests. */
  readonly main: Backend;
}

const told = ({ draft, context }: Pick<Port, 'draft' | 'context'>, message: string): Problem => ({
  appId: context.entry.app.id,
  portIndex: draft.index,
  message,
});

/** Why requests cannot be told apart; undefined: they can. */
const whyNot = ({ mode, blocks }: PortDraft): string | undefined => {
  if (mode !== 'http') return 'it is in mode tcp';
  if (blocks !== undefined) return 'rules of its own lead to it (PATH_REGEX, -i in PATH, or texts for the frontends of ports 80 and 443)';
  return undefined;
};

/** Where visitors cannot be told apart it is as by request, which load balancing may not keep. In mode tcp that is told already. */
const tellWhatIsNotKept = (port: Port): void => {
  const { draft, shares, main } = port;
  if (shares.splitBy !== 'user' || draft.mode !== 'http') return;
  const because = whyNotShared(main.profile.balance, shares.shares);
  if (because !== undefined) draft.problems.push(told(port, `visitors are not told apart, and ${because}: all goes to the largest one`));
};

/** Nobody but these; undefined: there is nobody, or it cannot be said. */
const narrowed = (allowed: readonly string[] | undefined, networks: readonly string[]): readonly string[] | undefined => {
  const canonical = networks.map(canonicalNetwork);
  if (!canonical.every((network) => network !== undefined)) return undefined;
  const common = allowed === undefined ? canonical : commonNetworks(allowed, canonical);
  return common.length === 0 ? undefined : common;
};

const OWN_NETWORKS = ['HTTP_BACKEND_NETWORK_ALLOWED_ACL', 'HTTP_BACKEND_ACL_ALLOW_DENY'] as const;

/** A client that has looked at a colour does not belong to a server of it for all its other requests: the cookie is another one. */
const previewProfile = (profile: Profile, { networks }: Preview): Profile | string => {
  const sticky = profile.cookieName === undefined ? {} : { cookieName: `${profile.cookieName}_preview` };
  if (networks === undefined) return profile.cookieName === undefined ? profile : makeProfile({ ...profile, ...sticky });
  const own = OWN_NETWORKS.find((piece) => profile.texts?.[piece] !== undefined);
  if (own !== undefined) return `a text in place of ${own} says who is let in`;
  const allowedFrom = narrowed(profile.allowedFrom, networks);
  if (allowedFrom === undefined) return 'nobody is in the networks that may look at it';
  return makeProfile({ ...profile, ...sticky, allowedFrom });
};

/** The servers of one app, each counting for one: what is split is split before. */
const serversOf = (servers: readonly Server[], { appId }: Colour, { draft, shares }: Port): readonly Server[] => {
  const own = new Set(draft.places.filter((place) => place.appId === appId).map(({ name }) => name));
  const mine = servers.filter(({ name }) => own.has(name));
  return shares.closed.includes(appId) ? mine.map((server) => ({ ...server, state: 'maint' })) : mine;
};

const backendOf = (name: string, profile: Profile, colour: Colour, port: Port): Claim<Backend> | undefined => {
  const { draft, context, main } = port;
  const { serverOptions } = main;
  if (!isProxyName(name)) {
    draft.problems.push(told(port, `'${name}' cannot be the name of a HAProxy backend: requests are not led to that colour`));
    return undefined;
  }
  return claim(context, draft, {
    name,
    profile,
    serverOptions,
    shape: shapeOf(profile, serverOptions),
    servers: serversOf(draft.alone?.servers ?? [], colour, port),
    ending: serversOf(draft.alone?.ending ?? [], colour, port),
    beside: main.name,
    ofApp: colour.appId,
  });
};

const entry = ({ draft, context }: Port, value: ColourEntry): Claim<ColourEntry> => claim(context, draft, value);

interface Made {
  readonly backends: readonly Claim<Backend>[];
  readonly entries: readonly Claim<ColourEntry>[];
}

const NOTHING: Made = { backends: [], entries: [] };

/** Apps that can be asked for, those with a share too: whoever compares wants both. */
const previews = (colours: readonly Colour[], preview: Preview, port: Port): Made => {
  const { draft, main, shares } = port;
  const profile = previewProfile(main.profile, preview);
  if (typeof profile === 'string') {
    draft.problems.push(told(port, `no colour of ${main.name} can be looked at: ${profile}`));
    return NOTHING;
  }
  const made = colours.flatMap((colour) => {
    const { asked, appId } = colour;
    if (asked === undefined || shares.closed.includes(appId)) return [];
    const backend = backendOf(previewBackend(main.name, colour), profile, colour, port);
    return backend === undefined ? [] : [{ asked, backend: { ...backend, value: { ...backend.value, isPreview: true as const } } }];
  });
  draft.previews = made.map(({ asked, backend }) => ({ colour: asked, backend: backend.value.name }));
  return {
    backends: made.map(({ backend }) => backend),
    entries: made.map(({ asked, backend }) => entry(port, { map: 'colours', key: `${main.name}/${asked}`, value: backend.value.name })),
  };
};

/** All colours have a backend, those without a share too: a first share is then but entries of a map. */
const split = (colours: readonly Colour[], port: Port): Made => {
  const { draft, main } = port;
  const made = colours.map((colour) => ({ colour, backend: backendOf(visitorsBackend(main.name, colour), main.profile, colour, port) }));
  const backends = made.flatMap(({ backend }) => backend ?? []);
  const shares = colours.map(({ appId }) => draft.alone?.shares.get(appId) ?? 0);
  // Without all of them it is split by weights.
  if (backends.length < colours.length || colours.length === 0) return NOTHING;
  if (shares.every((share) => share === 0)) return { backends, entries: [] };
  const entries = bucketsOf(shares).flatMap((prefixes, index) =>
    prefixes.map((prefix) =>
      entry(port, { map: 'splits', key: `${main.name}/${prefix}`, value: backends[index]?.value.name ?? main.name }),
    ),
  );
  return { backends, entries };
};

/** Backends of one colour each beside that of the port, for requests that ask for it and for visitors that have it. */
export const serveColours = (draft: PortDraft, context: Context): void => {
  const { group } = context;
  const { shares } = group ?? {};
  if (group === undefined || shares === undefined || draft.backend === undefined) return;
  if (shares.preview === undefined && shares.splitBy === 'request') return;
  const port: Port = { draft, context, shares, main: draft.backend.value };
  const because = whyNot(draft);
  if (because !== undefined) {
    draft.problems.push(told(port, `requests cannot be led to one colour by header, cookie or visitor: ${because}`));
    tellWhatIsNotKept(port);
    return;
  }
  const { colours, problems } = coloursOf(group);
  draft.problems.push(...problems.map((one) => ({ ...one, portIndex: draft.index })));
  const asked = shares.preview === undefined ? NOTHING : previews(colours, shares.preview, port);
  const visited = shares.splitBy === 'user' ? split(colours, port) : NOTHING;
  if (visited.backends.length === 0) tellWhatIsNotKept(port);
  const entries = [...asked.entries, ...visited.entries];
  if (entries.length === 0 && visited.backends.length === 0) return;
  const gate = entry(port, { map: 'colours', key: port.main.name, value: visited.entries.length > 0 ? 'user' : 'request' });
  draft.colours = { backends: [...asked.backends, ...visited.backends], entries: [gate, ...entries] };
};
