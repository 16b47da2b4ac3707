import type { InForce } from '../book/in-force.ts';
import type { BookKeeper } from '../book/keeper.ts';
import type { Problem } from '../kit/problem.ts';
import type { Picture } from '../picture/picture.ts';
import type { Book } from '../rollout/book.ts';
import { type Edit, isRefusal, type Refusal } from '../rollout/edits/edit.ts';
import type { Inventory } from '../rollout/edits/inventory.ts';
import { groupMembers, type Member, serves } from '../rollout/members.ts';
import type { Override } from '../rollout/override.ts';
import type { GroupShares } from '../rollout/shares.ts';
import type { KnownProblem, KnownProblems } from './known-problems.ts';
import { rolloutView, type RolloutView } from './rollout-view.ts';

/** A deployment group as the API shows it. */
export interface GroupView {
  readonly group: string;
  /** `share` in percent; null: its traffic is shared out as deployment tools have it. */
  readonly apps: readonly (Member & { readonly share: number | null })[];
  readonly shares: GroupShares | null;
  readonly rollout: RolloutView | null;
  readonly problems: readonly Problem[];
}

/** `isGone`: it does nothing any more, for Marathon has no such task, app or group; absent: it has, or it was not read yet. */
interface Listed {
  readonly isGone?: true;
}

/** All that was decided. */
export interface RolloutsView {
  readonly revision: number;
  /** Where it is kept, for people. */
  readonly store: string;
  /** Those with two apps or more, with shares, or with a rollout. */
  readonly groups: readonly GroupView[];
  readonly overrides: readonly (Override & Listed)[];
}

/** What was decided and written. */
export interface Decided<T> {
  readonly value: T;
  /** Why HAProxy has not got it yet; absent: it is in force at this Sluice. */
  readonly notYet?: string;
}

/** What the API shows of the book, and does with it. */
export interface BookViews {
  readonly list: () => RolloutsView;
  /** undefined: there is no such group. */
  readonly one: (group: string) => GroupView | undefined;
  readonly book: () => Book;
  readonly model: () => Picture['model'];
  /** All deployment groups, with their apps. */
  readonly groups: () => ReadonlyMap<string, readonly Member[]>;
  /** What an order can be about. Costs a look at every app: for people. */
  readonly inventory: () => Inventory;
  /** Resolves when it is in force at this Sluice, or says why it is not. @throws SluiceError CONFLICT, STORE */
  readonly decide: <T>(edit: Edit<T>) => Promise<Decided<T> | Refusal>;
}

interface BookParts {
  readonly picture: Picture;
  readonly problems: KnownProblems;
  readonly book: BookKeeper;
  readonly inForce: InForce;
}

type Groups = ReadonlyMap<string, readonly Member[]>;

/** Of each of these groups, its own and those of its apps, in their order. One look at all of them. */
const problemsByGroup = (groups: Groups, all: readonly KnownProblem[]): ReadonlyMap<string, readonly Problem[]> => {
  const found = new Map<string, Problem[]>();
  const groupsOf = new Map<string, string[]>();
  for (const [group, members] of groups) {
    found.set(group, []);
    for (const { appId } of members) groupsOf.set(appId, [...(groupsOf.get(appId) ?? []), group]);
  }
  for (const problem of all) {
    const { appId, label = '' } = problem;
    const inLabel = label.slice(label.indexOf(':') + 1);
    for (const group of new Set([...(groupsOf.get(appId) ?? []), inLabel])) found.get(group)?.push(problem);
  }
  return found;
};

const viewOf = (group: string, members: readonly Member[], { shares, rollouts }: Book, problems: readonly Problem[]): GroupView => {
  const shared = shares.get(group);
  const rollout = rollouts.get(group);
  const shareOf = ({ appId }: Member): number | null => (shared === undefined ? null : (shared.shares[appId] ?? 0));
  return {
    group,
    apps: members.map((member) => ({ ...member, share: shareOf(member) })),
    shares: shared ?? null,
    rollout: rollout === undefined ? null : rolloutView(rollout),
    problems,
  };
};

/** Who asks for a server has its name from HAProxy. */
const tasksAt = (picture: Picture, server: string): readonly string[] => {
  const places = picture.model.apps.keys().flatMap((appId) => picture.places(appId));
  return [...new Set(places.filter((place) => place.server === server).map(({ taskId }) => taskId))];
};

const inventoryOf = (picture: Picture, groups: Inventory['groups']): Inventory => {
  const { apps } = picture.model;
  const tasks = apps
    .values()
    .flatMap(({ app, tasks: all }) =>
      all.values().map((task) => [task.id, { appId: app.id, host: task.host, serves: serves(app, task) }] as const),
    );
  return {
    tasks: new Map(tasks),
    appIds: new Set(apps.keys()),
    groups,
    tasksAt: (server) => tasksAt(picture, server),
    carriers: (appIds) => picture.carriers(appIds),
  };
};

/** What is not known is not gone: before Marathon was read nothing is. An agent without tasks may be back any time. */
const isGone = (override: Override, { picture }: BookParts, groups: () => ReadonlyMap<string, readonly Member[]>): boolean => {
  const { model, mayBeApplied } = picture;
  if (!mayBeApplied) return false;
  switch (override.kind) {
    case 'weight':
    case 'drain-task':
      return !model.apps.values().some(({ tasks }) => tasks.has(override.taskId));
    case 'maintenance':
      return !model.apps.has(override.appId) && (groups().get(override.appId) ?? []).length === 0;
    case 'drain-agent':
      return false;
  }
};

export const bookViewsOf = (parts: BookParts): BookViews => {
  const { picture, book: keeper, problems } = parts;
  const members = (): Groups => groupMembers(picture, keeper.book);
  const views = (groups: Groups): readonly GroupView[] => {
    const found = problemsByGroup(groups, problems.list());
    return [...groups].map(([group, ofGroup]) => viewOf(group, ofGroup, keeper.book, found.get(group) ?? []));
  };
  const isTold = ([group, { length }]: readonly [string, readonly Member[]]): boolean =>
    length > 1 || keeper.book.shares.has(group) || keeper.book.rollouts.has(group);
  return {
    book: () => keeper.book,
    model: () => picture.model,
    groups: members,
    inventory: () => inventoryOf(picture, members()),
    list: () => ({
      revision: keeper.book.revision,
      store: keeper.store,
      groups: views(new Map([...members()].filter(isTold))),
      overrides: [...keeper.book.overrides.values()].map((override) =>
        isGone(override, parts, members) ? { ...override, isGone: true } : override,
      ),
    }),
    one: (group) => {
      const ofGroup = members().get(group);
      return ofGroup === undefined ? undefined : views(new Map([[group, ofGroup]]))[0];
    },
    decide: async (edit) => {
      const done = await keeper.edit(edit);
      if (isRefusal(done)) return done;
      const notYet = await parts.inForce.wait();
      return { value: done.value, ...(notYet === undefined ? {} : { notYet }) };
    },
  };
};
