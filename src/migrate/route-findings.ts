import { SHARED_FRONTENDS } from '../desired/names.ts';
import { weightOf } from '../desired/weight.ts';
import { readPortLabels } from '../labels/read.ts';
import type { Picture } from '../picture/picture.ts';
import type { Finding } from './finding.ts';
import { backendOf, ownApps, type Pictures, servedApp } from './picture-of.ts';
import { inOrderThere, type RuledPort, winnerThere } from './routes-there.ts';

/** A finding of one app. */
export interface OfApp {
  readonly appId: string;
  readonly finding: Finding;
}

/** Paths that are looked at for one host: each prefix that somebody has, and the rest. More than these are of hosts that nobody looks through. */
const MOST_PATHS = 300;

const ruledPorts = (pictures: Pictures): readonly RuledPort[] =>
  ownApps(pictures).flatMap(({ id }) => {
    const app = servedApp(pictures.picture, id);
    const group = pictures.picture.deploymentGroup(id);
    // The apps of a deployment group are one, by the definition of one of them.
    if (app === undefined || (group !== undefined && group.entry.app.id !== id)) return [];
    return app.ports.flatMap((_, portIndex): readonly RuledPort[] => {
      const backend = backendOf(pictures.picture, id, portIndex);
      const { value: settings } = readPortLabels(app, portIndex);
      if (backend?.profile.mode !== 'http' || settings === undefined || backend.servers.length === 0) return [];
      const servicePort = settings.port ?? app.ports[portIndex]?.servicePort ?? 0;
      return [
        {
          appId: id,
          servedAs: group?.id ?? id,
          portIndex,
          servicePort,
          backend: backend.name,
          hosts: settings.vhosts,
          prefixes: settings.paths?.prefixes ?? [],
          weight: weightOf(settings),
          weightLabel: app.labels[`HAPROXY_${portIndex}_BACKEND_WEIGHT`],
          asksForPassword: settings.auth !== undefined,
          redirects: settings.redirectToHttps,
        },
      ];
    });
  });

/** Backends with rules in somebody's own words: where these lead only HAProxy could tell. */
const withOwnRules = ({ desired }: Picture): ReadonlySet<string> =>
  new Set(
    [SHARED_FRONTENDS.http, SHARED_FRONTENDS.https].flatMap((name) =>
      (desired.frontends.get(name)?.blocks ?? []).map(({ backend }) => backend),
    ),
  );

const byHost = (ports: readonly RuledPort[]): ReadonlyMap<string, readonly RuledPort[]> => {
  const hosts = new Map<string, RuledPort[]>();
  for (const port of ports)
    for (const host of port.hosts.filter((one) => !one.startsWith('*'))) {
      const known = hosts.get(host);
      if (known === undefined) hosts.set(host, [port]);
      else known.push(port);
    }
  return hosts;
};

/** By the map of routes, which holds those in force only: the longest prefix. */
const winnerHere = (host: string, path: string, routes: ReadonlyMap<string, string> | undefined): string | undefined => {
  for (let end = path.length; end > 0; end -= 1) {
    const backend = routes?.get(host + path.slice(0, end));
    if (backend !== undefined) return backend;
  }
  return undefined;
};

const prefixesIn = (ports: readonly RuledPort[]): readonly string[] =>
  [...new Set(['/', ...ports.flatMap(({ prefixes }) => prefixes)])].slice(0, MOST_PATHS);

const longestFit = ({ prefixes }: RuledPort, path: string): number =>
  Math.max(0, ...prefixes.filter((prefix) => path.startsWith(prefix)).map((prefix) => prefix.length));

const MOST_SHOWN = 3;
const listed = (places: readonly string[]): string =>
  places.length <= MOST_SHOWN ? places.join(', ') : `${places.slice(0, MOST_SHOWN).join(', ')} and ${places.length - MOST_SHOWN} more`;

/** The other app's weight, and one more: both came to the app by its name alone. */
const heavier = (port: RuledPort, than: RuledPort): NonNullable<Finding['change']> => {
  const name = `HAPROXY_${port.portIndex}_BACKEND_WEIGHT`;
  return { name, from: port.weightLabel ?? null, to: String(Math.max(port.weight, than.weight) + 1) };
};

/** Requests for some places that another port got in Marathon-LB. */
interface Moved {
  readonly from: RuledPort;
  readonly to: RuledPort;
  readonly places: string[];
  readonly isMoreExact: boolean;
}

const findingsOf = ({ from, to, places, isMoreExact }: Moved): readonly OfApp[] => {
  const where = listed(places);
  if (isMoreExact)
    return [
      {
        appId: to.appId,
        finding: {
          level: 'better',
          about: 'routes',
          portIndex: to.portIndex,
          message: `gets the requests for ${where}, whose prefix is its own: in Marathon-LB ${from.appId}, whose prefix is shorter, came first by its name`,
        },
      },
      {
        appId: from.appId,
        finding: {
          level: 'same',
          about: 'routes',
          portIndex: from.portIndex,
          message: `does not get the requests for ${where} any more: they are ${to.appId}'s, whose prefix is longer`,
        },
      },
    ];
  const change = heavier(from, to);
  return [
    {
      appId: from.appId,
      finding: {
        level: 'hand',
        about: 'routes',
        portIndex: from.portIndex,
        message: `does not get the requests for ${where} any more: ${to.appId} wants them as much and has wanted them for longer; in Marathon-LB the first by name had them`,
        change,
      },
    },
  ];
};

const neverReached = (port: RuledPort): OfApp => ({
  appId: port.appId,
  finding: {
    level: 'better',
    about: `HAPROXY_${port.portIndex}_BACKEND_WEIGHT`,
    portIndex: port.portIndex,
    message: 'is reached: with --haproxy-map rules of a weight below -1 never were',
  },
});

/** An app that wants what another one gets, there as here. */
const stillWithout = (port: RuledPort, winner: RuledPort, places: readonly string[]): OfApp => ({
  appId: port.appId,
  finding: {
    level: 'same',
    about: 'routes',
    portIndex: port.portIndex,
    message: `does not get the requests for ${listed(places)}: they are ${winner.appId}'s, as in Marathon-LB`,
  },
});

const keyOf = (a: RuledPort, b: RuledPort): string => JSON.stringify([a.backend, b.backend]);

/** Where requests for virtual hosts lead elsewhere than in Marathon-LB, judged over all apps together. */
export const routeFindings = (pictures: Pictures, hasMaps: boolean): readonly OfApp[] => {
  const { picture } = pictures;
  const ports = ruledPorts(pictures);
  const own = withOwnRules(picture);
  const routes = picture.desired.maps.get('routes');
  const served = new Set(routes?.values());
  const order = inOrderThere(ports, hasMaps);
  const reached = new Set(order);
  const rank = new Map(order.map((port, at) => [port, at]));
  const moved = new Map<string, Moved>();
  const without = new Map<string, { readonly port: RuledPort; readonly winner: RuledPort; readonly places: string[] }>();
  for (const [host, all] of byHost(ports)) {
    if (all.length < 2 || all.some(({ backend }) => own.has(backend))) continue;
    const there = all.filter((port) => reached.has(port)).sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
    for (const path of prefixesIn(all)) {
      const from = winnerThere(there, path);
      const to = all.find(({ backend }) => backend === winnerHere(host, path, routes));
      if (to === undefined || from === undefined) continue;
      if (from !== to) {
        const isMoreExact = longestFit(to, path) > longestFit(from, path);
        const one = moved.get(keyOf(from, to)) ?? { from, to, places: [], isMoreExact };
        one.places.push(host + path);
        moved.set(keyOf(from, to), one);
      } else
        for (const port of all.filter(
          (other) => other !== to && (other.prefixes.includes(path) || (other.prefixes.length === 0 && path === '/')),
        )) {
          const one = without.get(keyOf(port, to)) ?? { port, winner: to, places: [] };
          one.places.push(host + path);
          without.set(keyOf(port, to), one);
        }
    }
  }
  return [
    ...[...moved.values()].flatMap(findingsOf),
    ...[...without.values()].map(({ port, winner, places }) => stillWithout(port, winner, places)),
    ...ports.filter((port) => !reached.has(port) && served.has(port.backend)).map(neverReached),
  ];
};
