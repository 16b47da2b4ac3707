import type { Definition } from '../rollout/definition.ts';
import { isRefusal, refuse, type Refusal } from '../rollout/edits/edit.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { begin, newRollout, originOf, type Start } from '../rollout/start.ts';
import type { BookViews, Decided } from './book-views.ts';

/** What the API does to begin a rollout. */
export interface RolloutViews {
  /** As it would be; nothing is written. @throws SluiceError when Marathon does not answer */
  readonly plan: (start: Start) => Promise<Rollout | Refusal>;
  /** @throws SluiceError as plan, CONFLICT, STORE */
  readonly start: (start: Start) => Promise<Decided<Rollout> | Refusal>;
}

/** All that Marathon tells of an app; undefined: there is none. */
export type ReadDefinition = (appId: string) => Promise<Definition | undefined>;

export const rolloutViewsOf = (books: BookViews, read: ReadDefinition): RolloutViews => {
  const known = () => ({ apps: books.model().apps, members: books.groups() });
  const atStart = ({ from }: Rollout) => ({ ...known(), carriers: books.inventory().carriers(from === undefined ? [] : [from]) });
  const make = async (start: Start): Promise<Rollout | Refusal> => {
    const origin = originOf(start, { ...known(), book: books.book() });
    if (isRefusal(origin) || origin.from === undefined) return isRefusal(origin) ? origin : newRollout(start, origin, undefined);
    const entry = books.model().apps.get(origin.from);
    const told = await read(origin.from);
    if (entry === undefined || told === undefined) return refuse('NO_SUCH_APP', `Marathon has no app ${origin.from}`);
    return newRollout(start, origin, { app: entry.app, told });
  };
  return {
    plan: async (start) => {
      const rollout = await make(start);
      if (isRefusal(rollout)) return rollout;
      const begun = begin(rollout, atStart(rollout))(books.book());
      return isRefusal(begun) ? begun : rollout;
    },
    start: async (start) => {
      const rollout = await make(start);
      return isRefusal(rollout) ? rollout : books.decide(begin(rollout, atStart(rollout)));
    },
  };
};
