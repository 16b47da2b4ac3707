import { MOST_SERVERS } from '../desired/stages/admit-tasks.ts';
import type { Globals } from '../desired/desired.ts';
import type { BuildOptions } from '../desired/options.ts';
import { compare } from '../kit/compare.ts';
import type { Problem } from '../kit/problem.ts';
import { isForUs } from '../labels/read.ts';
import { unreadLabels } from '../labels/unread.ts';
import type { AppEntry } from '../model/model.ts';
import { Picture } from '../picture/picture.ts';
import type { Templates } from '../render/templates.ts';
import { type Balancer, balancersFor, orphanWarnings } from './balancers.ts';
import { haproxySays } from './haproxy-says.ts';

export interface CheckOptions {
  /** --group; undefined: each group of the apps by itself. */
  readonly groups: readonly string[] | undefined;
  readonly options: BuildOptions;
  readonly globals: Globals;
  readonly templates: Templates;
  /** Path of the program; undefined: HAProxy is not asked. */
  readonly binary: string | undefined;
}

const keyOf = (problem: Problem): string => JSON.stringify([problem.appId, problem.portIndex, problem.label, problem.message]);

/** Each once, by app and port. */
export const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  [...new Map(problems.map((problem) => [keyOf(problem), problem])).values()].sort(
    (a, b) =>
      compare(a.appId, b.appId) ||
      compare(a.portIndex ?? -1, b.portIndex ?? -1) ||
      compare(a.label ?? '', b.label ?? '') ||
      compare(a.message, b.message),
  );

const tooManyInstances = ({ app }: AppEntry, picture: Picture): readonly Problem[] => {
  if (app.instances <= MOST_SERVERS) return [];
  const message = `${app.instances} instances are more than the ${MOST_SERVERS} servers that a backend has at most: the others get no traffic`;
  return picture.fates(app.id).flatMap(({ kind, index }) => (kind === 'taken' ? [{ appId: app.id, portIndex: index, message }] : []));
};

/** Problems of these apps on one balancer, and those that they cause there to apps that it has already. */
const problemsOn = (
  entries: readonly AppEntry[],
  existing: readonly AppEntry[],
  options: BuildOptions,
  globals: Globals,
): readonly Problem[] => {
  const checked = new Set(entries.map(({ app }) => app.id));
  const picture = new Picture(options, globals);
  picture.take({ kind: 'snapshot', entries: existing, keep: new Set() });
  const known = new Set(picture.problems().map(keyOf));
  // One by one, as Marathon would tell of them: what an app has wanted already is as old as it was.
  for (const entry of entries) picture.take({ kind: 'app', entry });
  const found = picture.problems().filter((problem) => checked.has(problem.appId) || !known.has(keyOf(problem)));
  return [...found, ...entries.flatMap((entry) => tooManyInstances(entry, picture))];
};

const checkOn = async (
  { groups, isMine }: Balancer,
  all: { readonly entries: readonly AppEntry[]; readonly existing: readonly AppEntry[] },
  { options: given, globals, templates, binary }: CheckOptions,
): Promise<readonly Problem[]> => {
  const options = { ...given, groups };
  const entries = all.entries.filter(isMine);
  const problems = problemsOn(entries, all.existing.filter(isMine), options, globals);
  return binary === undefined ? problems : [...problems, ...(await haproxySays(entries, { binary, templates, options, globals }))];
};

interface Found {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Every problem that these apps would have on the load balancers that take them, beside the apps that are there. */
export const checkApps = async (entries: readonly AppEntry[], existing: readonly AppEntry[], options: CheckOptions): Promise<Found> => {
  const problems: Problem[] = [];
  for (const balancer of balancersFor(options.groups, entries)) problems.push(...(await checkOn(balancer, { entries, existing }, options)));
  const taken = entries.filter(({ app }) => options.groups === undefined || isForUs(app, options.groups));
  return { problems, warnings: [...taken.flatMap(({ app }) => unreadLabels(app)), ...orphanWarnings(options.groups, entries)] };
};
