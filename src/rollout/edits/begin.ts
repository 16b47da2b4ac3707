import { type Book, nextRevision } from '../book.ts';
import { shareAt } from '../needed.ts';
import { type KnownApps, othersIn } from '../others.ts';
import type { Rollout } from '../rollout.ts';
import { type GroupShares, sharesOfBoth } from '../shares.ts';
import { bounded } from './bounded.ts';
import { type Carrier, whyNotCarried } from './carrier.ts';
import { type Edit, withKey, withRollout } from './edit.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { whyNotNow } from '../not-now.ts';

/** What the first write needs to know besides the book. */
export interface AtStart extends KnownApps {
  /** Backends of the old app: until it is gone its definition counts. */
  readonly carriers: readonly Carrier[];
}

/** A step that load balancing cannot keep would be none, or all at once. */
const whyNoSteps = (rollout: Rollout, carriers: readonly Carrier[]): Refusal | undefined => {
  const { splitBy, steps } = rollout.options;
  const shares = steps.map((_, step) => sharesOfBoth(rollout, shareAt(rollout, step)));
  return shares.map((each) => whyNotCarried(carriers, { shares: each, splitBy })).find((why) => why !== undefined);
};

const whyNot = (rollout: Rollout, { apps, members, carriers }: AtStart, book: Book): Refusal | undefined => {
  const { group, to, from } = rollout;
  const running = whyNotNow(group, book);
  if (running !== undefined) return running;
  if (apps.has(to)) return refuse('REFUSED', `${to} is there already: delete it, or give --from ${to} to replace it`);
  const others = othersIn(group, { apps, members }, book).filter((appId) => appId !== from && appId !== to);
  if (others.length > 0) return refuse('REFUSED', `${others.join(', ')} are in ${group} besides ${from ?? ''}: end them first`);
  return whyNoSteps(rollout, carriers);
};

/** The old app has all, and the only one, too. */
const firstShares = (rollout: Rollout): GroupShares => {
  const { from, options, started } = rollout;
  const { splitBy, preview } = options;
  return {
    ...{ by: started.by, at: started.at, closed: [], splitBy },
    shares: sharesOfBoth(rollout, from === undefined ? 100 : 0),
    ...(preview === undefined ? {} : { preview }),
  };
};

const beginning =
  (rollout: Rollout, known: AtStart): Edit<Rollout> =>
  (book) => {
    const why = whyNot(rollout, known, book);
    if (why !== undefined) return why;
    const shares = withKey(book.shares, rollout.group, firstShares(rollout));
    return withRollout({ ...book, shares }, { ...rollout, state: { ...rollout.state, atRevision: nextRevision(book) } });
  };

/** Puts the rollout into the book, with the shares that it begins with. */
export const begin = (rollout: Rollout, known: AtStart): Edit<Rollout> => bounded('start', beginning(rollout, known));
