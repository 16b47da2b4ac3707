import type { Logger } from 'pino';
import type { Observed, Touched } from '../plan/observed.ts';
import type { RuntimeStep } from '../plan/plan.ts';
import { tally } from '../plan/tally.ts';

interface DriftWatchOptions {
  readonly log: Logger;
  /** Reloads that we have tried so far, well or not. */
  readonly attempts: () => number;
}

/** The worker that all of was last found as desired. */
interface Known {
  readonly pid: number;
  readonly attempts: number;
}

const backendOf = (step: RuntimeStep): string | undefined => {
  if (!('backend' in step)) return undefined;
  return typeof step.backend === 'string' ? step.backend : step.backend.name;
};

const explains = ({ backends, mapKeys }: Touched, step: RuntimeStep): boolean => {
  const backend = backendOf(step);
  return backend === undefined ? 'map' in step && mapKeys.get(step.map)?.has(step.key) === true : backends.has(backend);
};

/** Counts what somebody else has changed in HAProxy and what was put right: servers, entries of maps, the worker itself. */
export class DriftWatch {
  readonly #options: DriftWatchOptions;
  #known: Known | undefined;
  readonly #counts = { repairedServers: 0, repairedEntries: 0, foreignWorkers: 0 };

  constructor(options: DriftWatchOptions) {
    this.#options = options;
  }

  /** Since this process began, in steps; `foreignWorkers`: workers that somebody else's reload has started. */
  get counts(): { readonly repairedServers: number; readonly repairedEntries: number; readonly foreignWorkers: number } {
    return this.#counts;
  }

  /** Another worker serves than the one that was known, and we have not reloaded. True once for each. */
  isForeign({ pid, fingerprint }: Observed): boolean {
    const known = this.#known;
    const attempts = this.#options.attempts();
    if (known === undefined || known.pid === pid || known.attempts !== attempts) return false;
    this.#options.log.warn(
      { haproxyPid: pid, fingerprint, before: known.pid },
      'somebody else has reloaded HAProxy: all of it is looked at',
    );
    this.#counts.foreignWorkers += 1;
    this.#known = undefined;
    return true;
  }

  /**
   * The steps that were taken after a look. Only a look at all of a worker that was as desired before tells what somebody else has done.
   * @param ours what we have changed, or wait for
   */
  noteRepairs({ scope, pid }: Observed, steps: readonly RuntimeStep[], ours: readonly Touched[]): void {
    if (scope !== 'all' || this.#known?.pid !== pid) return;
    const repairs = steps.filter((step) => !ours.some((touched) => explains(touched, step)));
    if (repairs.length === 0) return;
    const entries = repairs.filter((step) => 'map' in step).length;
    this.#counts.repairedEntries += entries;
    this.#counts.repairedServers += repairs.length - entries;
    this.#options.log.warn(tally(repairs), 'somebody else has changed HAProxy: it was put right');
  }

  /** This much of the worker is as desired. */
  settled({ scope, pid }: Observed): void {
    if (scope === 'all') this.#known = { pid, attempts: this.#options.attempts() };
  }
}
