import type { Backend } from '../desired/desired.ts';
import { equal } from '../kit/equal.ts';
import type { App } from '../model/app.ts';
import type { Picture } from '../picture/picture.ts';
import type { Differences } from './differences.ts';
import type { Finding } from './finding.ts';
import { backendOf, isUdp, type Pictures, servedApp } from './picture-of.ts';

/** A port as it is made with `--compat strict`, which is as Marathon-LB had it, and without. */
interface Both {
  readonly app: App;
  readonly index: number;
  readonly strict: Backend;
  readonly fixed: Backend;
  readonly differences: Differences;
}

type Told = Pick<Finding, 'about' | 'message'>;

const textOf = (differences: Differences, name: string): string =>
  differences.labels.get(name)?.text ?? differences.apps.get(name)?.text ?? name;

const label = ({ index, differences }: Both, name: string): Told => ({
  about: `HAPROXY_${index}_${name}`,
  message: textOf(differences, `HAPROXY_{n}_${name}`),
});

const checkWords = ({ profile, serverOptions: { check } }: Backend): string => {
  if (profile.check === undefined || check === undefined) return 'not at all';
  return profile.check.kind === 'tcp' ? 'by a connect' : check.tls === undefined ? 'by HTTP in plain text' : 'by HTTP over TLS';
};

const places = ({ servers }: Backend): readonly string[] => servers.map(({ address, port }) => `${address}:${port}`);
const checkPorts = ({ servers, serverOptions }: Backend): readonly unknown[] =>
  servers.map(({ checkPort }) => checkPort ?? serverOptions.check?.port);

/** Each way in which the two may differ, and how it is told. */
const FACETS: readonly ((both: Both) => Told | undefined)[] = [
  ({ strict, fixed }) =>
    strict.profile.mode === fixed.profile.mode
      ? undefined
      : {
          about: 'mode',
          message: `is in mode ${fixed.profile.mode} by its check or its labels, so that clients and rules of HTTP work; Marathon-LB had it in mode ${strict.profile.mode}`,
        },
  ({ strict, fixed }) =>
    checkWords(strict) === checkWords(fixed)
      ? undefined
      : { about: 'health check', message: `is checked ${checkWords(fixed)}, as its check says; by Marathon-LB ${checkWords(strict)}` },
  ({ strict, fixed, differences }) =>
    equal(places(strict), places(fixed))
      ? undefined
      : {
          about: 'port of a task',
          message: `requests go to ${strict.servers.length === fixed.servers.length ? textOf(differences, 'which port of a task is whose') : 'tasks that have this port'}; in Marathon-LB they went elsewhere`,
        },
  (both) => (equal(checkPorts(both.strict), checkPorts(both.fixed)) ? undefined : label(both, 'BACKEND_HEALTHCHECK_PORT_INDEX')),
  (both) => (equal(both.strict.profile.http?.auth, both.fixed.profile.http?.auth) ? undefined : label(both, 'AUTH')),
  (both) =>
    equal(both.strict.profile.http?.stripPrefix, both.fixed.profile.http?.stripPrefix)
      ? undefined
      : label(both, 'HTTP_BACKEND_PROXYPASS_PATH'),
  (both) =>
    equal(both.strict.profile.http?.locationRoot, both.fixed.profile.http?.locationRoot)
      ? undefined
      : label(both, 'HTTP_BACKEND_REVPROXY_PATH'),
];

const OTHER: Told = { about: 'port', message: 'is made otherwise than with `--compat strict`: docs/labels.md has what that does' };

const toldOf = (both: Both): readonly Told[] => {
  const told = FACETS.flatMap((facet) => facet(both) ?? []);
  return told.length === 0 && both.strict.shape !== both.fixed.shape ? [OTHER] : told;
};

/** Service ports that the balancer gives out: another number is another port for clients. */
const movedPort = (strict: App | undefined, fixed: App, index: number): Finding | undefined => {
  const before = strict?.ports[index]?.servicePort;
  const after = fixed.ports[index]?.servicePort;
  if (before === undefined || after === undefined || before === after || fixed.labels[`HAPROXY_${index}_PORT`] !== undefined)
    return undefined;
  const name = `HAPROXY_${index}_PORT`;
  return {
    level: 'hand',
    about: 'service port',
    portIndex: index,
    message: `was given ${before} by Marathon-LB, for as long as its neighbours stay what they are, and gets ${after}, which no new app takes from it`,
    strict: true,
    change: { name, from: null, to: String(before) },
  };
};

const ofPort = (index: number, fixedApp: App, { strict, fixed }: Pictures, differences: Differences): readonly Finding[] => {
  const inStrict = backendOf(strict, fixedApp.id, index);
  const inFixed = backendOf(fixed, fixedApp.id, index);
  const moved = movedPort(servedApp(strict, fixedApp.id), fixedApp, index);
  const told =
    inStrict === undefined || inFixed === undefined
      ? inStrict !== undefined && isUdp(fixedApp, index)
        ? [{ about: 'UDP', message: `is left out: Marathon-LB opened it as TCP, where nobody answers` }]
        : []
      : toldOf({ app: fixedApp, index, strict: inStrict, fixed: inFixed, differences });
  return [
    ...(moved === undefined ? [] : [moved]),
    ...told.map((one) => ({ level: 'better' as const, portIndex: index, ...one, strict: true as const })),
  ];
};

const ofGroup = (appId: string, strict: Picture, fixed: Picture, differences: Differences): readonly Finding[] => {
  const [before, after] = [strict.deploymentGroup(appId), fixed.deploymentGroup(appId)];
  if (before === undefined || after === undefined) return [];
  const about = 'HAPROXY_DEPLOYMENT_GROUP';
  const other = before.entry.app.id !== after.entry.app.id ? ['whose labels count when a deployment goes back'] : [];
  const drained = equal([...before.drained], [...after.drained]) ? [] : ['which old tasks are drained'];
  return [...other, ...drained].map((what) => ({ level: 'better', about, message: `${what}: ${textOf(differences, what)}`, strict: true }));
};

/** What Marathon-LB did otherwise, and `--compat strict` would do as it did. With that it is told too, and is the same. */
export const compatFindings = (appId: string, pictures: Pictures, differences: Differences): readonly Finding[] => {
  const { strict, fixed, options } = pictures;
  const app = servedApp(fixed, appId);
  if (app === undefined) return [];
  const found = [
    ...app.ports.flatMap((_, index) => ofPort(index, app, pictures, differences)),
    ...ofGroup(appId, strict, fixed, differences),
  ];
  if (options.compat === 'fixed') return found;
  return found.map(({ about, portIndex, message }) => ({
    level: 'same',
    about,
    ...(portIndex === undefined ? {} : { portIndex }),
    message: `stays as in Marathon-LB by --compat strict; without it: ${message}`,
    strict: true,
  }));
};
