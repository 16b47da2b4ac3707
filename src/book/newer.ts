import { equal } from '../kit/equal.ts';
import type { Book } from '../rollout/book.ts';
import { aboutLabel, newerIn } from './labels.ts';

/** While Sluices are updated one after the other, a newer one may write what an older one does not understand: that is the newer one's to change. */

type Rest = Readonly<Record<string, string>>;

/** The book without the rollouts that an older Sluice must not carry on: of groups of which it does not understand everything. */
export const understoodOf = (book: Book, rest: Rest): Book => {
  const abouts = Object.keys(newerIn(rest)).map(aboutLabel);
  const groups = new Set(abouts.flatMap((about) => ('group' in about ? [about.group] : [])));
  return groups.size === 0 ? book : { ...book, rollouts: new Map([...book.rollouts].filter(([group]) => !groups.has(group))) };
};

/** Why a change is not written: it is about what is not understood. undefined: it may be. */
export const whyNewer = (rest: Rest, before: Book, after: Book): string | undefined => {
  const isChanged = (label: string): boolean => {
    const about = aboutLabel(label);
    if ('override' in about) return !equal(before.overrides.get(about.override), after.overrides.get(about.override));
    const { group } = about;
    return !equal(before.shares.get(group), after.shares.get(group)) || !equal(before.rollouts.get(group), after.rollouts.get(group));
  };
  const label = Object.keys(newerIn(rest)).find(isChanged);
  if (label === undefined) return undefined;
  return `${label} is not understood here, see /problems: a newer Sluice may have written it. Ask that one, or update this one; who wrote it by hand takes it out`;
};
