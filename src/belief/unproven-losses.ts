import type { LossPolicy } from './losses.ts';

interface OfApp {
  /** 1: the app itself. */
  readonly apps: number;
  readonly tasks: number;
}

/**
 * What answers about single apps have taken away since the last full read, without an event that says why. One or two are the everyday; a
 * Marathon that has forgotten its apps says it of each that is asked for.
 */
export class UnprovenLosses {
  readonly #policy: LossPolicy;
  readonly #byApp = new Map<string, OfApp>();

  constructor(policy: LossPolicy) {
    this.#policy = policy;
  }

  /** Adds the app's loss; false, and it is not added, where it would be too much. */
  add(appId: string, loss: OfApp): boolean {
    if (loss.apps === 0 && loss.tasks === 0) {
      this.#byApp.delete(appId);
      return true;
    }
    const all = [loss, ...this.#byApp.values()];
    const apps = all.reduce((sum, one) => sum + one.apps, 0);
    const tasks = all.reduce((sum, one) => sum + one.tasks, 0);
    if (apps >= this.#policy.minApps || tasks >= this.#policy.minTasks) return false;
    this.#byApp.set(appId, { apps: loss.apps, tasks: loss.tasks + (this.#byApp.get(appId)?.tasks ?? 0) });
    return true;
  }

  /** Marathon tells by an event that something of this app ends. */
  explain(appId: string): void {
    this.#byApp.delete(appId);
  }

  clear(): void {
    this.#byApp.clear();
  }
}
