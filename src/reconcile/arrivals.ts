/** So many changes that arrived at that moment, as performance.now() has it. */
export interface Arrival {
  readonly atMs: number;
  readonly count: number;
}

/** What arrives so close together is one moment. */
const ONE_MOMENT_MS = 1;
const MOST_MOMENTS = 128;

/** Half as many: each takes the later one in, whose changes then count as having arrived that much earlier. */
const halved = (moments: readonly Arrival[]): readonly Arrival[] =>
  moments.flatMap((moment, index) => (index % 2 === 1 ? [] : [{ ...moment, count: moment.count + (moments[index + 1]?.count ?? 0) }]));

const bounded = (moments: readonly Arrival[]): readonly Arrival[] => (moments.length > MOST_MOMENTS ? bounded(halved(moments)) : moments);

/**
 * When the changes arrived that HAProxy may not have yet. However many wait, and for however long, it keeps a bounded number of moments;
 * where it must be inexact it makes a wait longer, never shorter.
 */
export class Arrivals {
  #moments: Arrival[] = [];

  add(atMs: number): void {
    const last = this.#moments.at(-1);
    if (last !== undefined && atMs - last.atMs < ONE_MOMENT_MS)
      this.#moments[this.#moments.length - 1] = { ...last, count: last.count + 1 };
    else this.#moments.push({ atMs, count: 1 });
    if (this.#moments.length > MOST_MOMENTS) this.#moments = [...bounded(this.#moments)];
  }

  /** Those wait again. */
  putBack(arrivals: readonly Arrival[]): void {
    if (arrivals.length === 0) return;
    this.#moments = [...bounded([...arrivals, ...this.#moments].sort((a, b) => a.atMs - b.atMs))];
  }

  take(): readonly Arrival[] {
    const moments = this.#moments;
    this.#moments = [];
    return moments;
  }
}
