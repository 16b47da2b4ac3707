import { type Counted, grown, has, shrunk, sizeOf, valuesOf } from './counted.ts';
import type { Fitness } from './named-task.ts';
import type { Rdata } from './record.ts';

/**
 * What is given for one name and type. Served is what is given by any fit task, and where none is fit, all: an answer never goes empty because all fail.
 * A set is a link of its name's list of sets: few names have more than two.
 */
export class CountedSet {
  readonly type: number;
  /** Of sets of one type the one of the lowest rank is served, alone. */
  readonly rank: number;
  next: CountedSet | undefined;
  #fit: Counted = undefined;
  #unfit: Counted = undefined;

  constructor(type: number, rank: number, next: CountedSet | undefined) {
    this.type = type;
    this.rank = rank;
    this.next = next;
  }

  get isEmpty(): boolean {
    return this.#fit === undefined && this.#unfit === undefined;
  }

  get size(): number {
    return sizeOf(this.#fit ?? this.#unfit);
  }

  /** Served values, in a list of the caller's own. */
  values(): readonly Rdata[] {
    return valuesOf(this.#fit ?? this.#unfit);
  }

  /** Whether something else is served then. */
  give(value: Rdata, fitness: Fitness): boolean {
    if (fitness === 'unfit') {
      const isNew = this.#fit === undefined && !has(this.#unfit, value);
      this.#unfit = grown(this.#unfit, value);
      return isNew;
    }
    const isNew = this.#fit === undefined ? !this.#isAllUnfit(value) : !has(this.#fit, value);
    this.#fit = grown(this.#fit, value);
    return isNew;
  }

  /** Whether something else is served then. @throws Error: it was not given with that fitness */
  takeBack(value: Rdata, fitness: Fitness): boolean {
    if (fitness === 'unfit') {
      this.#unfit = shrunk(this.#unfit, value);
      return this.#fit === undefined && !has(this.#unfit, value);
    }
    this.#fit = shrunk(this.#fit, value);
    return this.#fit === undefined ? !this.#isAllUnfit(value) : !has(this.#fit, value);
  }

  /** The unfit give that value and no other: it is the same whether they are served or it alone. */
  #isAllUnfit(value: Rdata): boolean {
    return sizeOf(this.#unfit) === 1 && has(this.#unfit, value);
  }
}
