import type { Fitness } from './named-task.ts';
import type { Name } from './name.ts';
import type { Rdata } from './record.ts';
import type { Emit } from './records/emit.ts';

/** A record as somebody gives it. */
export interface Contribution {
  readonly name: Name;
  readonly type: number;
  readonly data: Rdata;
  readonly rank: number;
  readonly fitness: Fitness;
}

/** What is given more, and what no longer: what is in both cancels out, so that nothing goes and comes back in between. */
export interface Difference {
  readonly given: readonly Contribution[];
  readonly takenBack: readonly Contribution[];
}

const keyOf = ({ name, type, data, rank, fitness }: Contribution): string => `${fitness} ${type} ${rank} ${name}${data}`;

/** Collects what is emitted, as something that is always fit. */
export const contributions = (emitAll: (emit: Emit) => void): readonly Contribution[] => {
  const list: Contribution[] = [];
  emitAll((name, type, data, rank = 0) => {
    if (name !== undefined) list.push({ name, type, data, rank, fitness: 'fit' });
  });
  return list;
};

export const difference = (before: readonly Contribution[], after: readonly Contribution[]): Difference => {
  const open = Map.groupBy(before, keyOf);
  const given = after.filter((one) => open.get(keyOf(one))?.pop() === undefined);
  return { given, takenBack: [...open.values()].flat() };
};
