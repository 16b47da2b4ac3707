import type { Problem } from '../kit/problem.ts';
import { groupsOf } from '../labels/read.ts';
import type { AppEntry } from '../model/model.ts';

/** A load balancer as far as it matters here: the groups it takes, and the apps that are held against each other on it. */
export interface Balancer {
  readonly groups: readonly string[];
  readonly isMine: (entry: AppEntry) => boolean;
}

const EVERYTHING = '*';

/** Names of all groups that the app's ports are for. In a label `*` is a name like any other, but no balancer can take that one alone. */
const groupsOfApp = ({ app }: AppEntry): readonly string[] =>
  app.ports.flatMap((_, index) => groupsOf(app, index)).filter((name) => name !== EVERYTHING);

const hasLabels = ({ app }: AppEntry): boolean => Object.keys(app.labels).some((name) => name.startsWith('HAPROXY_'));

const isOrphan = (entry: AppEntry): boolean => entry.app.ports.length > 0 && hasLabels(entry) && groupsOfApp(entry).length === 0;

/**
 * Where nobody says which balancer is meant: one for each group, since apps of different groups never meet, and one for what only a balancer
 * with `--group '*'` takes.
 */
export const balancersFor = (given: readonly string[] | undefined, entries: readonly AppEntry[]): readonly Balancer[] => {
  if (given !== undefined) return [{ groups: given, isMine: () => true }];
  const names = [...new Set(entries.flatMap(groupsOfApp))].sort();
  return [
    ...names.map((name) => ({ groups: [name], isMine: () => true })),
    ...(entries.some(isOrphan) ? [{ groups: [EVERYTHING], isMine: isOrphan }] : []),
  ];
};

export const orphanWarnings = (given: readonly string[] | undefined, entries: readonly AppEntry[]): readonly Problem[] =>
  given !== undefined
    ? []
    : entries.filter(isOrphan).map(({ app }) => ({
        appId: app.id,
        message: "it has HAPROXY_ labels and no HAPROXY_GROUP: only a load balancer with --group '*' takes it",
      }));
