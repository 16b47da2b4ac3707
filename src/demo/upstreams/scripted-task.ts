import type { Ailment } from './ailment.ts';
import type { TaskUpstream } from './task-upstream.ts';

/** A task without listeners of its own. Its checks are not performed: their result is what `setHealthy` said last. */
export class ScriptedTask implements TaskUpstream {
  readonly #ailment: () => Ailment;
  #healthy: boolean;
  #reachable = true;
  #hanging = false;

  constructor(startsHealthy: boolean, ailment: () => Ailment) {
    this.#ailment = ailment;
    this.#healthy = startsHealthy;
  }

  get healthy(): boolean {
    return this.#healthy && this.#ailment().health === undefined && this.#reachable && !this.#hanging;
  }

  async open(): Promise<void> {
    // Nothing to open: somebody else's listener answers for it, or nobody does.
  }

  setHealthy(healthy: boolean): void {
    this.#healthy = healthy;
  }

  setHanging(hanging: boolean): void {
    this.#hanging = hanging;
  }

  async setReachable(reachable: boolean): Promise<void> {
    this.#reachable = reachable;
  }

  async terminate(): Promise<void> {
    this.#reachable = false;
  }

  async close(): Promise<void> {
    this.#reachable = false;
  }
}
