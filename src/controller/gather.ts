import type { Book } from '../rollout/book.ts';
import type { AppFacts, Facts } from '../rollout/facts.ts';
import type { Observations } from '../rollout/observation.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { holdAfter, type Memory } from './memory.ts';

/** Whom a controller asks how things are. */
export interface Sources {
  readonly nowMs: () => number;
  readonly book: () => Book;
  /** Of all Sluices. */
  readonly observe: (group: string) => Promise<Observations>;
  readonly facts: (appId: string) => Promise<AppFacts | undefined>;
}

/** All that the next step is decided by; what is seen of the hold is remembered. */
export const gather = async (
  { facts, observe, nowMs, book }: Sources,
  { group, from, to, state }: Rollout,
  memory: Memory,
): Promise<Facts> => {
  const [old, fresh, observed] = await Promise.all([from === undefined ? undefined : facts(from), facts(to), observe(group)]);
  const now = nowMs();
  memory.hold = holdAfter(memory.hold, state, observed, now);
  const { hold, asking, refused } = memory;
  const shares = book().shares.get(group);
  return {
    ...{ nowMs: now, observed },
    ...(old === undefined ? {} : { from: old }),
    ...(fresh === undefined ? {} : { to: fresh }),
    ...(shares === undefined ? {} : { shares }),
    ...(hold?.since === state.since ? { hold } : {}),
    ...(asking?.results === undefined ? {} : { asked: asking.results }),
    ...(refused === undefined ? {} : { refused }),
  };
};
