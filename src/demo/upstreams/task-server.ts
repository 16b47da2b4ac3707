import { setTimeout as sleep } from 'node:timers/promises';
import type { ServingState } from './answer.ts';
import { type Ailment, ErrorShare } from './ailment.ts';
import type { Behaviour } from './behaviour.ts';
import { Listener } from './listener.ts';
import type { TaskIdentity, TaskUpstream } from './task-upstream.ts';

/** Where a container of a task listens, how it behaves and who it says it is. */
export interface ServedEndpoint {
  readonly identity: TaskIdentity;
  readonly behaviour: Behaviour;
  readonly host: string;
  readonly port: number;
  readonly name?: string;
}

/** A task that really listens: one listener per port. */
export class TaskServer implements TaskUpstream {
  readonly #listeners: readonly Listener[];
  readonly #behaviour: Behaviour;
  readonly #state: ServingState;
  readonly #ended = new AbortController();
  #reachable = true;
  #terminating = false;

  constructor(behaviour: Behaviour, endpoints: readonly ServedEndpoint[], ailment: () => Ailment) {
    this.#behaviour = behaviour;
    this.#state = {
      healthy: behaviour.startsHealthy,
      hanging: false,
      started: behaviour.startDelayMs === 0,
      draining: false,
      errors: new ErrorShare(),
      ailment,
    };
    this.#listeners = endpoints.map(
      ({ identity, behaviour: own, host, port, name }) =>
        new Listener({ identity, behaviour: own, state: this.#state, port: { host, port, ...(name === undefined ? {} : { name }) } }),
    );
  }

  get healthy(): boolean {
    return this.#state.healthy && this.#state.ailment().health === undefined;
  }

  async open(): Promise<void> {
    const { startDelayMs, beforeStart } = this.#behaviour;
    if (beforeStart === '503') await this.#listen();
    if (startDelayMs > 0) await this.#pause(startDelayMs);
    if (this.#ended.signal.aborted) return;
    this.#state.started = true;
    if (beforeStart === 'closed' && !this.#terminating) await this.#listen();
  }

  setHealthy(healthy: boolean): void {
    this.#state.healthy = healthy;
  }

  setHanging(hanging: boolean): void {
    this.#state.hanging = hanging;
  }

  async setReachable(reachable: boolean): Promise<void> {
    if (reachable === this.#reachable) return;
    this.#reachable = reachable;
    if (reachable) await this.#listen();
    else await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  async terminate(graceMs: number): Promise<void> {
    this.#terminating = true;
    const { onTerm } = this.#behaviour;
    if (onTerm === 'serve') await this.#pause(graceMs);
    if (onTerm === 'drain') await Promise.race([this.#drain(), this.#pause(graceMs)]);
    await this.close();
  }

  async close(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  async #listen(): Promise<void> {
    if (this.#isGone()) return;
    await Promise.all(this.#listeners.map((listener) => listener.open()));
    // It may have been killed or cut off meanwhile.
    if (this.#isGone()) await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  #isGone(): boolean {
    return !this.#reachable || this.#ended.signal.aborted;
  }

  async #drain(): Promise<void> {
    this.#state.draining = true;
    for (const listener of this.#listeners) listener.stopAccepting();
    await Promise.all(this.#listeners.map((listener) => listener.emptied()));
  }

  /** Waits, unless the task ends before. */
  async #pause(delayMs: number): Promise<void> {
    await sleep(delayMs, undefined, { signal: this.#ended.signal }).catch((error: unknown) => {
      if (!this.#ended.signal.aborted) throw error;
    });
  }
}
