import { hash } from 'node:crypto';
import { compare } from '../kit/compare.ts';
import type { App, AppPort } from '../model/app.ts';
import type { AppEntry } from '../model/model.ts';
import type { BuildOptions } from './options.ts';

/** From which service ports are given out, both ends included. */
type Range = NonNullable<BuildOptions['autoPorts']>;

/** Whether Marathon gave the app no service port although its tasks have addresses and ports of their own: then the balancer gives it some. */
export const lacksPorts = ({ kind, network, ports, definedPorts = [] }: App): boolean =>
  (kind === 'pod' || network === 'container') && ports.length === 0 && definedPorts.length > 0;

/** The ports of the app as it is served. `given`: those that it was given. Of a pod all endpoints are served, also those without a service port. */
export const servedPorts = ({ kind, ports, definedPorts = [] }: App, given: readonly AppPort[] | undefined): readonly AppPort[] =>
  kind === 'pod' ? definedPorts.map((port, index) => given?.[index] ?? { ...port, servicePort: 0 }) : (given ?? ports);

/** Of a label, or of a wish for its value. */
const GROUP = /^HAPROXY_(?:\d+_)?GROUP(?: |$)/;

/** Marathon-LB served any app here, and no pods. Apps that no balancer is asked to take would use up the range for nothing. */
const isAsked = ({ app, tasks }: AppEntry, { compat, groups }: BuildOptions): boolean =>
  compat === 'strict' && app.kind === undefined
    ? tasks.size > 0
    : groups.includes('*') || Object.keys(app.labels).some((label) => GROUP.test(label));

/** When it first asked for a balancer, by any of its labels for groups: whatever else changes in it, it keeps what it was given. */
const askedSince = ({ app, since }: AppEntry): string =>
  [...since].reduce((first, [wish, time]) => (GROUP.test(wish) && time < first ? time : first), app.lastConfigChangeAt);

/** Marathon-LB began anew in the order of the apps whenever anything changed, so that a new app could take another one's port. */
const byAge = (a: AppEntry, b: AppEntry): number => compare(askedSince(a), askedSince(b)) || compare(a.app.id, b.app.id);

const byId = (a: AppEntry, b: AppEntry): number => compare(a.app.id, b.app.id);

/** After all apps, whose ports are then as without pods. By id: a pod would be young again, and could lose its port, each time that it is scaled. */
const podsLast =
  (order: typeof byId): typeof byId =>
  (a, b) => {
    const [first, second] = [Number(a.app.kind === 'pod'), Number(b.app.kind === 'pod')];
    return first - second || (first === 1 ? byId : order)(a, b);
  };

const HASH_TRIALS = 50;

/** Marathon-LB 5.3: where the digests of the app's id and the port lead, then the first that is free. Undefined: none is. */
const choose = (appId: string, taskPort: number, { min, max }: Range, taken: ReadonlySet<number>): number | undefined => {
  const size = max - min + 1;
  if (taken.size >= size) return undefined;
  for (let trial = 0; trial < HASH_TRIALS; trial += 1) {
    const digits = hash('sha1', `${appId}-${taskPort}-${trial}`).slice(0, 8);
    const port = min + (Number.parseInt(digits, 16) % size);
    if (!taken.has(port)) return port;
  }
  for (let port = min; port <= max; port += 1) if (!taken.has(port)) return port;
  return undefined;
};

const portsFor = ({ app }: AppEntry, range: Range, taken: Set<number>): readonly AppPort[] => {
  const ports: AppPort[] = [];
  for (const defined of app.definedPorts ?? []) {
    const servicePort = choose(app.id, defined.containerPort ?? 0, range, taken);
    // None is free for those after it either.
    if (servicePort === undefined) break;
    taken.add(servicePort);
    ports.push({ ...defined, servicePort });
  }
  return ports;
};

/** Service ports for apps that have none, by app id; an app for which none is left has fewer than it defines. Whatever their order, the same. */
export const assignPorts = (entries: readonly AppEntry[], options: BuildOptions): ReadonlyMap<string, readonly AppPort[]> => {
  const { autoPorts, compat } = options;
  if (autoPorts === undefined) return new Map();
  const taken = new Set<number>();
  const asking = entries.filter((entry) => isAsked(entry, options)).sort(podsLast(compat === 'strict' ? byId : byAge));
  return new Map(asking.map((entry) => [entry.app.id, portsFor(entry, autoPorts, taken)]));
};
