import type { Problem } from '../../kit/problem.ts';
import { shown } from '../../kit/shown.ts';
import type { PortSettings } from '../../labels/catalogue.ts';
import { groupsMatch, groupsOf, readPortLabels } from '../../labels/read.ts';
import type { App, AppPort } from '../../model/app.ts';
import { portOverrides } from '../../pieces/overrides.ts';
import type { PortFate } from '../app-part.ts';
import { portAge } from '../claim-age.ts';
import { backendName, endpointBackendName, isOwnName, isProxyName } from '../names.ts';
import type { BuildOptions } from '../options.ts';
import { type Context, type PortDraft, servedAs } from '../port-draft.ts';
import { readersOfPaths } from './claim-blocks.ts';

/** Ports that go through the stages, and what became of every port. */
interface TakenPorts {
  readonly drafts: readonly PortDraft[];
  readonly fates: readonly PortFate[];
  readonly problems: readonly Problem[];
}

const draftOf = (context: Context, port: AppPort, index: number, settings: PortSettings): PortDraft => {
  const { entry } = context;
  const servicePort = settings.port ?? port.servicePort;
  const id = servedAs(context);
  const name = servicePort === 0 ? endpointBackendName(id, port.name ?? String(index)) : backendName(id, servicePort);
  const age = portAge(entry, index, port);
  return {
    index,
    port,
    settings,
    servicePort,
    name,
    age,
    mode: 'tcp',
    serverOptions: {},
    servers: [],
    ending: [],
    places: [],
    routes: [],
    problems: [],
  };
};

/** Marathon-LB did not serve itself (FRAMEWORK_NAME). */
const isOwnApp = ({ id }: App, { ownAppId }: BuildOptions): boolean => ownAppId !== undefined && ownAppId === id;

/** Why a port is not for this balancer. The groups decide before any other label is read: another balancer's labels are none of our business. */
const notOurs = (app: App, index: number, options: BuildOptions): string | undefined => {
  if (isOwnApp(app, options)) return 'it is this load balancer itself';
  const groups = groupsOf(app, index);
  if (groupsMatch(options.groups, groups)) return undefined;
  return groups.length === 0
    ? 'it has no HAPROXY_GROUP'
    : `its groups are '${groups.join(',')}' and those taken here '${options.groups.join(',')}'`;
};

const notEnabled = (index: number, settings: PortSettings, options: BuildOptions): string | undefined => {
  if (settings.enabled === false) return `HAPROXY_${index}_ENABLED is not true`;
  return settings.enabled === undefined && options.strictMode ? `--strict-mode asks for HAPROXY_${index}_ENABLED=true` : undefined;
};

const isTcp = (port: AppPort): boolean => port.protocol.split(',').some((protocol) => protocol.trim() === 'tcp');

/** Marathon-LB opened ports for UDP as ports for TCP. */
const notTcp = (app: App, index: number, port: AppPort, options: BuildOptions, problems: Problem[]): string | undefined => {
  if ((options.compat === 'strict' && app.kind === undefined) || isTcp(port)) return undefined;
  const because = `its protocol is ${port.protocol}: HAProxy carries TCP`;
  const name = port.name === undefined ? 'the port' : `port '${port.name}'`;
  const message = `${name} is left out: ${because}. With HAPROXY_${index}_ENABLED=false it is left out without a word`;
  problems.push({ appId: app.id, portIndex: index, message });
  return because;
};

/** A PATH of other words than prefixes is right where it is nobody's to read but that of texts. */
const unreadPath = ({ entry: { app }, options }: Context, index: number, settings: PortSettings): Problem | undefined => {
  const { paths } = settings;
  if (paths?.notPrefixes === undefined) return undefined;
  const overrides = portOverrides(app.labels, index, options.overrides);
  const readers = settings.vhosts.length === 0 ? [] : readersOfPaths(settings, overrides);
  if (settings.vhosts.length > 0 && readers.length === 0) return undefined;
  const label = `HAPROXY_${index}_PATH`;
  const missing = readers.length > 0 && overrides.size > 0 ? `; or give a text, too, for ${readers.join(' and ')}` : '';
  return { appId: app.id, portIndex: index, label, message: `${label} is ${shown(paths.text)} and ${paths.notPrefixes}${missing}` };
};

/** The draft of a port, or why there is none. */
const takePort = (context: Context, index: number, port: AppPort, problems: Problem[]): PortDraft | string => {
  const { entry, options } = context;
  const { app } = entry;
  const theirs = notOurs(app, index, options);
  if (theirs !== undefined) return theirs;
  const { value: settings, problems: wrong } = readPortLabels(app, index);
  problems.push(...wrong);
  if (settings === undefined) return wrong.map(({ message }) => message).join('; ');
  const unread = unreadPath(context, index, settings);
  if (unread !== undefined) {
    problems.push(unread);
    return unread.message;
  }
  const disabled = notEnabled(index, settings, options);
  if (disabled !== undefined) return disabled;
  const udp = notTcp(app, index, port, options, problems);
  if (udp !== undefined) return udp;
  const draft = draftOf(context, port, index, settings);
  if (isProxyName(draft.name) && !isOwnName(draft.name)) return draft;
  const message = `'${draft.name}' cannot be the name of a HAProxy backend: rename the ${context.group === undefined ? 'app' : 'deployment group'}`;
  problems.push({ appId: app.id, portIndex: index, message });
  return message;
};

/** Each is a backend and a listener: an app may not make a configuration that is too large for everybody. */
const MOST_PORTS = 100;

const tooMany = (app: App, count: number): readonly Problem[] => {
  const message = `${count} service ports are for this load balancer, and an app has ${MOST_PORTS} at most: those after them are left out`;
  return count > MOST_PORTS ? [{ appId: app.id, label: 'HAPROXY_GROUP', message }] : [];
};

/** The service ports of an app that this balancer takes, with their labels read. One with a wrong label is left out, with the reason. */
export const takePorts = (context: Context): TakenPorts => {
  const { app } = context.entry;
  const drafts: PortDraft[] = [];
  const fates: PortFate[] = [];
  const problems: Problem[] = [];
  for (const [index, port] of app.ports.entries()) {
    const taken = takePort(context, index, port, problems);
    if (typeof taken === 'string') {
      fates.push({ kind: 'left', index, because: taken });
      continue;
    }
    drafts.push(taken);
    if (drafts.length > MOST_PORTS) fates.push({ kind: 'left', index, because: `an app has ${MOST_PORTS} service ports at most` });
    else fates.push({ kind: 'taken', index, backend: taken.name, servicePort: taken.servicePort });
  }
  return { drafts: drafts.slice(0, MOST_PORTS), fates, problems: [...problems, ...tooMany(app, drafts.length)] };
};
