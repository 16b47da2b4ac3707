import type { Problem } from '../kit/problem.ts';
import { deploymentGroupProblems } from '../labels/deployment.ts';
import type { AppEntry } from '../model/model.ts';
import type { AppPart, Claim, IdRoute, PortFate } from './app-part.ts';
import { isForUs } from '../labels/read.ts';
import { type DeploymentGroup, problemsOfMember } from './deployment-group.ts';
import { isReached } from './keeps-route.ts';
import type { BuildOptions } from './options.ts';
import type { RoutingBlock } from './routing-block.ts';
import { claim, type Context, type Decided, type PortDraft, servedAs } from './port-draft.ts';
import { admitTasks } from './stages/admit-tasks.ts';
import { chooseProfile } from './stages/choose-profile.ts';
import { appIdBlock, claimBlocks } from './stages/claim-blocks.ts';
import { claimHosts } from './stages/claim-hosts.ts';
import { claimListener } from './stages/claim-listener.ts';
import { claimPassthrough } from './stages/claim-passthrough.ts';
import { claimPreviewHosts } from './stages/claim-preview-hosts.ts';
import { claimRoutes, limitRoutes } from './stages/claim-routes.ts';
import { leaveOutUnreachable } from './stages/leave-out-unreachable.ts';
import { leaveOutWrongTexts } from './stages/leave-out-wrong-texts.ts';
import { makeBackend } from './stages/make-backend.ts';
import { obeyOrders } from './stages/obey-orders.ts';
import { overridePieces } from './stages/override-pieces.ts';
import { serveColours } from './stages/serve-colours.ts';
import { shareOut } from './stages/share-out.ts';
import { takePorts } from './stages/take-ports.ts';

/** What happens to each service port, in order. A feature is a stage and a line here. */
const STAGES: readonly ((draft: PortDraft, context: Context) => void)[] = [
  chooseProfile,
  leaveOutUnreachable,
  admitTasks,
  overridePieces,
  obeyOrders,
  shareOut,
  makeBackend,
  claimListener,
  claimHosts,
  claimRoutes,
  claimPassthrough,
  claimBlocks,
  serveColours,
  leaveOutWrongTexts,
];

const deploymentProblems = ({ entry: { app }, group, options }: Context): readonly Problem[] => {
  if (group !== undefined) return problemsOfMember(app, group, options);
  return isForUs(app, options.groups) ? deploymentGroupProblems(app) : [];
};

const present = <T>(value: T | undefined): value is T => value !== undefined;

/** The port that is reached by app id: the first http port in order of service ports, those without servers last. */
const byIdDraft = (drafts: readonly PortDraft[]): PortDraft | undefined =>
  drafts
    .filter((draft) => draft.mode === 'http' && draft.backend !== undefined && isReached(draft))
    .sort((a, b) => Number(a.servers.length === 0) - Number(b.servers.length === 0) || a.servicePort - b.servicePort)[0];

/** By rules in somebody's own words, else by an entry of the map; a port that is taken out by such words leaves the next one. */
const byIdOf = (
  drafts: readonly PortDraft[],
  context: Context,
): { readonly byId?: Claim<IdRoute>; readonly block?: Claim<RoutingBlock> } => {
  const first = byIdDraft(drafts);
  if (first === undefined) return {};
  const block = appIdBlock(first, context);
  if (block !== undefined) return { block };
  leaveOutWrongTexts(first);
  if (first.backend === undefined) return byIdOf(drafts, context);
  return { byId: claim(context, first, { id: servedAs(context).toLowerCase(), backend: first.name }) };
};

/** A port that was taken and then found to have something wrong is left after all. */
const settledFate = (fate: PortFate, drafts: readonly PortDraft[]): PortFate => {
  const draft = drafts.find(({ index }) => index === fate.index);
  if (fate.kind === 'left' || draft === undefined) return fate;
  if (draft.backend !== undefined) {
    const translated = draft.texts?.translated() ?? [];
    return translated.length === 0 ? fate : { ...fate, translated };
  }
  return { kind: 'left', index: fate.index, because: draft.leftOut ?? 'it has no backend' };
};

/**
 * What one app wants of HAProxy, or the apps of a deployment group together. Pure: the same entry, hosts, options and group give the same part.
 * @param group the entry is the one whose definition counts in it
 * @param decided absent: nothing
 */
export const buildApp = (
  entry: AppEntry,
  hosts: ReadonlyMap<string, string>,
  options: BuildOptions,
  group?: DeploymentGroup,
  decided?: Decided,
): AppPart => {
  const context: Context = { entry, hosts, options, group, decided, entries: group === undefined ? [entry] : [entry, ...group.others] };
  const { drafts, fates, problems } = takePorts(context);
  for (const stage of STAGES) for (const draft of drafts) stage(draft, context);
  limitRoutes(drafts, context);
  const { byId, block } = byIdOf(drafts, context);
  claimPreviewHosts(drafts, context);
  const colours = drafts.flatMap((draft) => draft.colours?.entries ?? []);
  const hostClaims = drafts.flatMap((draft) => draft.hosts ?? []);
  const blocks = [...drafts.flatMap((draft) => draft.blocks ?? []), ...(block === undefined ? [] : [block])];
  const passthrough = drafts.flatMap((draft) => draft.passthrough ?? []);
  return {
    appId: entry.app.id,
    ports: fates.map((fate) => settledFate(fate, drafts)),
    backends: drafts.flatMap((draft) => [draft.backend, ...(draft.colours?.backends ?? [])]).filter(present),
    places: drafts.map(({ name, places }) => ({ backend: name, servers: places })),
    listeners: drafts.map((draft) => draft.listener).filter(present),
    routes: drafts.flatMap((draft) => draft.routes),
    ...(passthrough.length === 0 ? {} : { passthrough }),
    ...(byId === undefined ? {} : { byId }),
    ...(hostClaims.length === 0 ? {} : { hosts: hostClaims }),
    ...(blocks.length === 0 ? {} : { blocks }),
    ...(colours.length === 0 ? {} : { colours }),
    problems: [...deploymentProblems(context), ...problems, ...drafts.flatMap((draft) => draft.problems)],
  };
};
