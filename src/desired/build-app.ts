import type { AppEntry } from '../model/model.ts';
import type { AppPart } from './app-part.ts';
import type { BuildOptions } from './options.ts';
import type { Context, PortDraft } from './port-draft.ts';
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

const present = <T>(value: T | undefined): value is T => value !== undefined;

/** The first http port in order of service ports, as long as it has servers. */
const appIdBackend = (drafts: readonly PortDraft[]): string | undefined =>
  drafts.filter((draft) => draft.mode === 'http' && draft.servers.length > 0).sort((a, b) => a.servicePort - b.servicePort)[0]?.name;

/** What one app wants of HAProxy. Pure: the same entry, hosts and options give the same part. */
export const buildApp = (entry: AppEntry, hosts: ReadonlyMap<string, string>, options: BuildOptions): AppPart => {
  const context: Context = { entry, hosts, options };
  const { drafts, fates, problems } = takePorts(context);
  for (const stage of STAGES) for (const draft of drafts) stage(draft, context);
  limitRoutes(drafts, context);
  const backend = appIdBackend(drafts);
  return {
    appId: entry.app.id,
    ports: fates,
    backends: drafts.map((draft) => draft.backend).filter(present),
    listeners: drafts.map((draft) => draft.listener).filter(present),
    routes: drafts.flatMap((draft) => draft.routes),
    ...(backend === undefined ? {} : { appIdBackend: backend }),
    problems: [...problems, ...drafts.flatMap((draft) => draft.problems)],
  };
};
