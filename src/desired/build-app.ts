import type { Problem } from '../kit/problem.ts';
import { deploymentGroupProblems } from '../labels/deployment.ts';
import type { AppEntry } from '../model/model.ts';
import type { AppPart, Claim, IdRoute } from './app-part.ts';
import type { DeploymentGroup } from './deployment-group.ts';
import type { BuildOptions } from './options.ts';
import { claim, type Context, type PortDraft, servedAs } from './port-draft.ts';
import { admitTasks } from './stages/admit-tasks.ts';
import { chooseProfile } from './stages/choose-profile.ts';
import { claimListener } from './stages/claim-listener.ts';
import { claimRoutes, limitRoutes } from './stages/claim-routes.ts';
import { makeBackend } from './stages/make-backend.ts';
import { takePorts } from './stages/take-ports.ts';

/** What happens to each service port, in order. A feature is a stage and a line here. */
const STAGES: readonly ((draft: PortDraft, context: Context) => void)[] = [
  chooseProfile,
  admitTasks,
  makeBackend,
  claimListener,
  claimRoutes,
];

const deploymentProblems = ({ entry: { app }, group }: Context): readonly Problem[] =>
  group === undefined ? deploymentGroupProblems(app) : group.problems.filter(({ appId }) => appId === app.id);

const present = <T>(value: T | undefined): value is T => value !== undefined;

/** The first http port in order of service ports, as long as it has servers. */
const idRoute = (drafts: readonly PortDraft[], context: Context): Claim<IdRoute> | undefined => {
  const serving = drafts.filter((draft) => draft.mode === 'http' && draft.servers.length > 0);
  const [first] = serving.sort((a, b) => a.servicePort - b.servicePort);
  return first === undefined ? undefined : claim(context, first, { id: servedAs(context).toLowerCase(), backend: first.name });
};

/**
 * What one app wants of HAProxy, or the apps of a deployment group together. Pure: the same entry, hosts, options and group give the same part.
 * @param group the entry is the one whose definition counts in it
 */
export const buildApp = (entry: AppEntry, hosts: ReadonlyMap<string, string>, options: BuildOptions, group?: DeploymentGroup): AppPart => {
  const context: Context = { entry, hosts, options, group };
  const { drafts, fates, problems } = takePorts(context);
  for (const stage of STAGES) for (const draft of drafts) stage(draft, context);
  limitRoutes(drafts, context);
  const byId = idRoute(drafts, context);
  return {
    appId: entry.app.id,
    ports: fates,
    backends: drafts.map((draft) => draft.backend).filter(present),
    listeners: drafts.map((draft) => draft.listener).filter(present),
    routes: drafts.flatMap((draft) => draft.routes),
    ...(byId === undefined ? {} : { byId }),
    problems: [...deploymentProblems(context), ...problems, ...drafts.flatMap((draft) => draft.problems)],
  };
};
