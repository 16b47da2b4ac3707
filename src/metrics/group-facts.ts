import { SluiceError } from '../kit/error.ts';
import type { Views } from '../report/views.ts';

type GroupView = ReturnType<Views['book']['list']>['groups'][number];
type Observation = NonNullable<Awaited<ReturnType<Views['observe']>>>;

/** A deployment group that somebody has decided about: it has shares, or a rollout. */
export interface GroupFacts {
  readonly view: GroupView;
  /** What this Sluice's HAProxy has of it; absent: nobody shares in its traffic, or HAProxy does not say. */
  readonly observed?: Observation;
}

/** Each look is a question to HAProxy. */
const MOST_LOOKS = 100;

const isDecidedAbout = ({ shares, rollout }: GroupView): boolean => shares !== null || rollout !== null;

/** Its traffic goes to more than one app, or is about to. */
const isShared = ({ shares, rollout }: GroupView): boolean => {
  const takers = Object.values(shares?.shares ?? {}).filter((share) => share > 0);
  return takers.length > 1 || (rollout !== null && rollout.state.phase !== 'ended');
};

const look = async ({ observe }: Pick<Views, 'observe'>, group: string): Promise<Observation | undefined> => {
  try {
    return await observe(group);
  } catch (error) {
    if (error instanceof SluiceError) return undefined;
    throw error;
  }
};

export const groupFacts = async (views: Pick<Views, 'book' | 'observe'>): Promise<readonly GroupFacts[]> => {
  const groups = views.book.list().groups.filter(isDecidedAbout);
  const shared = new Set(groups.filter(isShared).slice(0, MOST_LOOKS));
  return Promise.all(
    groups.map(async (view) => {
      const observed = shared.has(view) ? await look(views, view.group) : undefined;
      return observed === undefined ? { view } : { view, observed };
    }),
  );
};
