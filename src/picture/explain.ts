import type { PortFate } from '../desired/app-part.ts';
import { admit } from '../desired/admission.ts';
import type { DeploymentGroup } from '../desired/deployment-group.ts';
import type { Backend, Desired, Frontend, Route, Server } from '../desired/desired.ts';
import { PASSTHROUGH_MAP } from '../desired/maps.ts';
import { serverName } from '../desired/names.ts';
import type { BuildOptions } from '../desired/options.ts';
import { compare } from '../kit/compare.ts';
import type { Problem } from '../kit/problem.ts';
import { appGroups } from '../labels/read.ts';
import type { AppPort } from '../model/app.ts';
import type { AppEntry, Model } from '../model/model.ts';
import type { Observed, ObservedServer } from '../plan/observed.ts';
import { colourOf } from '../rollout/colour.ts';
import { explainColours } from './explain-colours.ts';
import type { DeploymentExplanation, Explanation, PortExplanation, ServerExplanation } from './explanation.ts';
import { type Owner, type ServedBy, whyServer } from './why-server.ts';

/** What explaining needs to know; `observed` is of this app's backends, undefined when HAProxy cannot be asked. */
export interface ExplainInput extends ServedBy {
  readonly model: Model;
  /** The app as it is served, where that is not as the model has it. */
  readonly entry?: AppEntry | undefined;
  readonly desired: Desired;
  readonly options: BuildOptions;
  readonly fates: readonly PortFate[];
  /** Of this app. */
  readonly problems: readonly Problem[];
  readonly observed: Observed | undefined;
}

const leadsTo = (route: Route, name: string, desired: Desired): boolean => {
  switch (route.kind) {
    case 'always':
      return route.backend === name;
    case 'header':
      return [...(desired.maps.get(route.map)?.values() ?? [])].includes(name);
    case 'host-and-path':
      return [...(desired.maps.get('routes')?.values() ?? [])].includes(name);
  }
};

const keysOf = (map: string, name: string, desired: Desired): readonly string[] =>
  [...(desired.maps.get(map) ?? [])].filter(([, backend]) => backend === name).map(([key]) => key);

const passes = ({ passthrough }: Frontend, name: string, desired: Desired): boolean =>
  passthrough !== undefined && keysOf(PASSTHROUGH_MAP, name, desired).length > 0;

const frontendsOf = (name: string, desired: Desired): readonly string[] =>
  [...desired.frontends.values()]
    .filter(
      (frontend) =>
        passes(frontend, name, desired) ||
        frontend.routes.some((route) => leadsTo(route, name, desired)) ||
        (frontend.blocks ?? []).some(({ backend }) => backend === name),
    )
    .map(({ name: frontend, binds }) => `${frontend} on ${binds.map((bind) => `${bind.address}:${bind.port}`).join(', ')}`);

/** Of rules in a shared frontend: 'shop.example by rules of its own'. */
const ruledHosts = (name: string, { frontends }: Desired): readonly string[] => {
  const blocks = [...frontends.values()]
    .flatMap(({ blocks: all = [] }) => all)
    .filter(({ backend, frontend }) => backend === name && frontend !== 'app-id');
  const hosts = new Set(blocks.flatMap(({ hosts: names, wildcards = [] }) => [...names, ...wildcards]));
  return [...hosts].map((host) => `${host} by rules of its own`);
};

const routesOf = (name: string, desired: Desired): readonly string[] => [
  ...keysOf('routes', name, desired),
  ...ruledHosts(name, desired),
  ...keysOf(PASSTHROUGH_MAP, name, desired).map((host) => `${host} (TLS, as it is)`),
];

const serverOf = (
  name: string,
  server: Server | undefined,
  is: ObservedServer | undefined,
  owner: Owner | undefined,
  servedBy: ServedBy,
): ServerExplanation => ({
  name,
  address: is?.address ?? server?.address ?? '',
  port: is?.port ?? server?.port ?? 0,
  state: is?.state ?? 'missing',
  up: is?.up ?? false,
  weight: is?.weight ?? server?.weight ?? 0,
  connections: is?.connections ?? 0,
  ...(owner === undefined ? {} : { taskId: owner.taskId }),
  because: whyServer(server, is, owner, servedBy),
});

const serversOf = (backend: Backend, owners: ReadonlyMap<string, Owner>, input: ExplainInput): readonly ServerExplanation[] => {
  const servers = new Map(backend.servers.map((server) => [server.name, server]));
  const seen = input.observed?.backends.get(backend.name)?.servers ?? new Map<string, ObservedServer>();
  return [...new Set([...servers.keys(), ...seen.keys()])].map((name) =>
    serverOf(name, servers.get(name), seen.get(name), owners.get(name), input),
  );
};

/** Which tasks take traffic on this port (by the server's name), those of its deployment group too; and which of its own do not, with the reason. */
const tasksOf = (
  entry: AppEntry,
  port: AppPort,
  index: number,
  servicePort: number,
  { model, options, group }: ExplainInput,
): { taken: ReadonlyMap<string, Owner>; left: PortExplanation['left'] } => {
  const taken = new Map<string, Owner>();
  const left: { taskId: string; because: string }[] = [];
  for (const { app, tasks } of group === undefined ? [entry] : [group.entry, ...group.others]) {
    const own = app.id === entry.app.id ? port : app.ports[index];
    if (own === undefined) continue;
    for (const task of tasks.values()) {
      const admission = admit(app, own, task, model.hosts, options, servicePort);
      if (admission.kind === 'in')
        taken.set(serverName(admission.host, admission.address, admission.port), { appId: app.id, taskId: task.id, host: task.host });
      else if (app.id === entry.app.id) left.push({ taskId: task.id, because: admission.because });
    }
  }
  return { taken, left };
};

const explainTaken = (
  entry: AppEntry,
  port: AppPort,
  index: number,
  backend: Backend,
  servicePort: number,
  input: ExplainInput,
): Omit<PortExplanation, 'index'> => {
  const { taken, left } = tasksOf(entry, port, index, servicePort, input);
  const colours = explainColours(backend, input.group, input.desired);
  return {
    servicePort,
    backend: backend.name,
    mode: backend.profile.mode,
    balance: backend.profile.balance,
    frontends: frontendsOf(backend.name, input.desired),
    routes: routesOf(backend.name, input.desired),
    servers: serversOf(backend, taken, input),
    left,
    ...(colours.length === 0 ? {} : { colours }),
  };
};

const explainPort = (entry: AppEntry, index: number, port: AppPort, input: ExplainInput): PortExplanation => {
  const fate = input.fates.find((candidate) => candidate.index === index);
  const backend = fate?.kind === 'taken' ? input.desired.backends.get(fate.backend) : undefined;
  if (fate?.kind === 'taken' && backend !== undefined) {
    const { servicePort, translated } = fate;
    return { index, ...explainTaken(entry, port, index, backend, servicePort, input), ...(translated === undefined ? {} : { translated }) };
  }
  const because = fate?.kind === 'left' ? fate.because : 'it is not built yet';
  return { index, servicePort: port.servicePort, because, frontends: [], routes: [], servers: [], left: [] };
};

const sharesOf = ({ id, entry, others, shares }: DeploymentGroup): Pick<DeploymentExplanation, 'shares' | 'decided'> => {
  if (shares === undefined) return {};
  const { by, at, reason, splitBy } = shares;
  const told = [entry, ...others].map(({ app }) => ({ appId: app.id, colour: colourOf(app, id), percent: shares.shares[app.id] ?? 0 }));
  const decided = { by, at, ...(reason === undefined ? {} : { reason }), splitBy };
  return { shares: told.sort((a, b) => compare(a.appId, b.appId)), decided };
};

const deploymentOf = ({ id, entry, others, newAppId, drained }: DeploymentGroup): DeploymentExplanation => ({
  group: id,
  definition: entry.app.id,
  apps: [entry, ...others].map(({ app }) => app.id).sort(),
  ...(newAppId === undefined ? {} : { newApp: newAppId }),
  drained: [...drained],
});

const explainDeployment = (group: DeploymentGroup): DeploymentExplanation => ({
  ...sharesOf(group),
  ...deploymentOf(group),
});

/** Explains one app, or undefined when Marathon does not know it. */
export const explain = (appId: string, input: ExplainInput): Explanation | undefined => {
  const entry = input.entry ?? input.model.apps.get(appId);
  if (entry === undefined) return undefined;
  const { app } = entry;
  return {
    appId,
    ...(app.kind === undefined ? {} : { kind: app.kind }),
    instances: app.instances,
    network: app.network,
    groups: appGroups(app),
    ...(input.group === undefined ? {} : { deployment: explainDeployment(input.group) }),
    ports: app.ports.map((port, index) => explainPort(entry, index, port, input)),
    problems: input.problems,
  };
};
