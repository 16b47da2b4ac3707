import type { FrameworkFact } from '../facts/facts.ts';

interface Known {
  readonly fact: FrameworkFact;
  /** Its scheduler is away, or its master has not heard of it; absent: it is there. */
  readonly awaySinceMs?: number;
  /** No master has it. */
  readonly isMissing: boolean;
}

/** Frameworks by id. One whose scheduler is away is kept for a while: it may only be changing its leader. */
export class KnownFrameworks {
  readonly #known = new Map<string, Known>();
  readonly #graceMs: number;

  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  get(id: string): FrameworkFact | undefined {
    return this.#known.get(id)?.fact;
  }

  all(): Iterable<FrameworkFact> {
    return this.#known.values().map(({ fact }) => fact);
  }

  /** Those that have records of their own. */
  shown(nowMs: number): readonly FrameworkFact[] {
    return [...this.#known.values()].filter((it) => !this.#isOverdue(it, nowMs)).map(({ fact }) => fact);
  }

  ids(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** Events do not tell the pid: what was read of it stays, as long as it does not call itself by another host. */
  put(told: FrameworkFact, nowMs: number): void {
    const before = this.#known.get(told.id);
    const pid = told.pid ?? (before?.fact.hostname === told.hostname ? before.fact.pid : undefined);
    this.#known.set(told.id, {
      fact: pid === undefined ? told : { ...told, pid },
      isMissing: false,
      ...(told.isActive ? {} : { awaySinceMs: before?.awaySinceMs ?? nowMs }),
    });
  }

  /** No master has it, and none said that it was removed. */
  miss(id: string, nowMs: number): void {
    const known = this.#known.get(id);
    if (known !== undefined) this.#known.set(id, { awaySinceMs: nowMs, ...known, isMissing: true });
  }

  remove(id: string): boolean {
    return this.#known.delete(id);
  }

  /** Forgets those that have been missing for too long. @returns their ids */
  prune(nowMs: number): readonly string[] {
    const overdue = [...this.#known].filter(([, known]) => known.isMissing && this.#isOverdue(known, nowMs)).map(([id]) => id);
    for (const id of overdue) this.#known.delete(id);
    return overdue;
  }

  /** When the next one is left out; Infinity: none is away. */
  nextAtMs(nowMs: number): number {
    const times = [...this.#known.values()].flatMap(({ awaySinceMs }) => (awaySinceMs === undefined ? [] : [awaySinceMs + this.#graceMs]));
    return Math.min(Infinity, ...times.filter((atMs) => atMs > nowMs));
  }

  #isOverdue({ awaySinceMs }: Known, nowMs: number): boolean {
    return awaySinceMs !== undefined && nowMs >= awaySinceMs + this.#graceMs;
  }
}
