import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { haproxySays } from '../check/haproxy-says.ts';
import { portsInLabels } from '../check/complete.ts';
import type { Globals } from '../desired/desired.ts';
import type { BuildOptions } from '../desired/options.ts';
import { reservedPorts } from '../desired/shared-frontends.ts';
import { compare } from '../kit/compare.ts';
import type { Problem } from '../kit/problem.ts';
import { isForUs } from '../labels/read.ts';
import type { AppEntry } from '../model/model.ts';
import type { Templates } from '../render/templates.ts';
import { compatFindings } from './compat-findings.ts';
import type { Differences } from './differences.ts';
import { type AppReport, byLevel, type Finding, type Report, verdictOf } from './finding.ts';
import { labelFindings } from './label-findings.ts';
import { operatorFindings, type Operator } from './operator-findings.ts';
import { ownApps, type Pictures, picturesOf, servedApp } from './picture-of.ts';
import { FreePorts, operatorText, problemFinding } from './problem-findings.ts';
import { routeFindings } from './route-findings.ts';
import { withoutMissingPages, withStandIns } from './stand-ins.ts';
import { universalFindings } from './universal-findings.ts';

/** All that is known of a Marathon-LB's set-up. */
export interface SetUp {
  readonly entries: readonly AppEntry[];
  /** Of definitions that are no app. */
  readonly problems: readonly Problem[];
  /** What Sluice makes of its arguments and variables. */
  readonly options: BuildOptions;
  readonly globals: Globals;
  readonly operator: Operator;
  readonly differences: Differences;
  /** A HAProxy to ask; undefined: none is. */
  readonly haproxy: { readonly path: string; readonly templates: Templates } | undefined;
}

/** What became of the apps, and of what is about all of them. */
type Judged = Pick<Report, 'setup' | 'apps' | 'counts' | 'verdict'>;

const asked = async ({ haproxy, options, globals }: SetUp, pictures: Pictures): Promise<readonly Problem[]> => {
  if (haproxy === undefined) return [];
  const folder = await mkdtemp(join(tmpdir(), 'sluice-migrate-'));
  try {
    const own = pictures.entries.filter(({ app }) => isForUs(app, options.groups));
    const standing = await withStandIns(options, pictures.picture, folder);
    return await haproxySays(own, {
      binary: haproxy.path,
      templates: haproxy.templates,
      options: standing,
      globals: withoutMissingPages(globals),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const freePorts = ({ entries, options }: SetUp, pictures: Pictures): FreePorts =>
  new FreePorts([
    ...reservedPorts(options).keys(),
    ...entries.flatMap(({ app }) => [
      ...(servedApp(pictures.picture, app.id)?.ports ?? []).map(({ servicePort }) => servicePort),
      ...portsInLabels(app.labels),
    ]),
  ]);

const place = ({ portIndex = -1, about, message }: Finding): string => JSON.stringify([portIndex, about, message]);

/** Each once, worst first. */
const settled = (findings: readonly Finding[]): readonly Finding[] =>
  [...new Map(findings.map((finding) => [place(finding), finding])).values()].sort(
    (a, b) => byLevel(a, b) || (a.portIndex ?? -1) - (b.portIndex ?? -1) || compare(a.about, b.about) || compare(a.message, b.message),
  );

/** A text of the operator that cannot be had for some ports is told once. */
const operatorProblems = (problems: readonly Problem[]): readonly Finding[] => {
  const counts = new Map<string, { readonly about: string; readonly message: string; ports: number }>();
  for (const problem of problems) {
    const about = operatorText(problem);
    if (about === undefined) continue;
    const known = counts.get(problem.message) ?? { about, message: problem.message, ports: 0 };
    known.ports += 1;
    counts.set(problem.message, known);
  }
  return [...counts.values()].map(({ about, message, ports }) => ({
    level: 'hand',
    about,
    message: `${message} (for ${ports} service port${ports === 1 ? '' : 's'})`,
  }));
};

const ofNobody = (problems: readonly Problem[]): readonly Finding[] =>
  problems
    .filter(({ appId }) => appId === '' || appId === '/')
    .map(({ message }) => ({
      level: 'hand',
      about: 'HAProxy',
      message: `${message}; files that it names must be on this machine to be asked about`,
    }));

/** Everything that is to be known of a Marathon-LB's set-up, by the code that would serve it. */
export const judge = async (setUp: SetUp): Promise<Judged> => {
  const { options, differences, operator } = setUp;
  const pictures = picturesOf(setUp.entries, options, setUp.globals);
  const { picture } = pictures;
  const hasMaps = operator.flags.includes('--haproxy-map');
  const free = freePorts(setUp, pictures);
  const problems = [...picture.problems(), ...(await asked(setUp, pictures))];
  const findings = new Map<string, Finding[]>(ownApps(pictures).map(({ id }) => [id, []]));
  const note = (appId: string, found: readonly Finding[]): void => {
    findings.get(appId)?.push(...found);
  };
  for (const problem of problems) {
    const app = servedApp(picture, problem.appId);
    const finding = app === undefined ? undefined : problemFinding(problem, app, pictures, free);
    if (finding !== undefined) note(problem.appId, [finding]);
  }
  for (const { appId, finding } of routeFindings(pictures, hasMaps)) note(appId, [finding]);
  for (const appId of findings.keys())
    note(appId, [...compatFindings(appId, pictures, differences), ...labelFindings(appId, pictures, differences)]);
  // Whose group they are of cannot be read either.
  for (const { appId, message } of setUp.problems) {
    if (!findings.has(appId)) findings.set(appId, []);
    note(appId, [{ level: 'hand', about: 'app', message }]);
  }
  const apps: readonly AppReport[] = [...findings]
    .sort(([a], [b]) => compare(a, b))
    .map(([appId, found]) => ({ appId, verdict: verdictOf(found.map(({ level }) => level)), findings: settled(found) }));
  const setup = settled([
    ...operatorFindings(operator, differences),
    ...universalFindings(pictures, differences, options.healthCheck),
    ...operatorProblems(problems),
    ...ofNobody(problems),
  ]);
  const count = (verdict: AppReport['verdict']): number => apps.filter((app) => app.verdict === verdict).length;
  return {
    verdict: verdictOf([...setup.map(({ level }) => level), ...apps.map(({ verdict }) => verdict)]),
    setup,
    apps,
    counts: {
      hand: count('hand'),
      better: count('better'),
      same: count('same'),
      otherGroups: setUp.entries.filter(({ app }) => !isForUs(app, options.groups)).length,
    },
  };
};
