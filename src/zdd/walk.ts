import { setTimeout as wait } from 'node:timers/promises';
import type { Change } from '../marathon/changes.ts';
import { deleteApp, killAndScale, scaleApp } from '../marathon/changes.ts';
import { messageOf } from '../kit/error.ts';
import { type ZddApp, withoutEnding } from './app.ts';
import type { Balancers } from './balancers.ts';
import type { Roles } from './choose-roles.ts';
import { ZDD_EXIT, ZddError } from './exits.ts';
import type { Hook } from './hook.ts';
import type { Outcome, ZddMarathon } from './marathon.ts';
import { nextStep, type Seen, type Step } from './next-step.ts';
import type { ZddOptions } from './options.ts';
import type { Balancer } from './standing.ts';
import { countOf } from './words.ts';

/** What the walk goes by. */
export interface Way {
  readonly marathon: ZddMarathon;
  readonly balancers: Balancers;
  readonly hook: Hook | undefined;
  /** Whether somebody wants it. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** What is done. */
  readonly say: (line: string) => void;
  /** What is waited for, now. */
  readonly still: (line: string) => void;
  /** Ends it between two steps: nothing is left half done. */
  readonly signal: AbortSignal;
}

type Move = Extract<Step, { readonly kind: 'move' }>;

interface Apps {
  readonly fresh: ZddApp;
  readonly old: ZddApp;
}

/** Something that fails, and since when. */
class Failing {
  #sinceMs: number | undefined;

  well(): void {
    this.#sinceMs = undefined;
  }

  hasLastedMs(): number {
    this.#sinceMs ??= performance.now();
    return performance.now() - this.#sinceMs;
  }
}

/** Leads from two apps to one, or to both beside each other, step by step. */
export class Walk {
  readonly #roles: Roles;
  readonly #way: Way;
  readonly #options: ZddOptions;
  readonly #reads = new Failing();
  readonly #changes = new Failing();
  /** Tasks that were killed, and may still be in Marathon's list. */
  readonly #killed = new Set<string>();
  /** Tasks that the hook was told of, and that somebody agreed to. */
  readonly #agreed = new Set<string>();
  /** A kill of which it is not known whether it was done. */
  #unknown: { readonly ids: readonly string[]; readonly appId: string; readonly instances: number } | undefined;
  #isDeleteAsked = false;
  #apps: Apps | undefined;
  #waitsSinceMs = performance.now();

  constructor(roles: Roles, way: Way, options: ZddOptions) {
    this.#roles = roles;
    this.#way = way;
    this.#options = options;
  }

  /** @throws ZddError; its message says how things were left */
  async run(): Promise<void> {
    const { signal } = this.#way;
    try {
      for (;;) {
        signal.throwIfAborted();
        if (await this.#once()) return;
      }
    } catch (error) {
      if (signal.aborted) throw new ZddError(ZDD_EXIT.stopped, `stopped by ${String(signal.reason)}. ${this.#left()}`);
      if (error instanceof ZddError) throw new ZddError(error.exitCode, `${error.message.replace(/\.$/, '')}. ${this.#left()}`);
      throw error;
    }
  }

  /** @returns whether it has come to its end */
  async #once(): Promise<boolean> {
    const apps = await this.#read();
    if (apps === 'gone') return true;
    if (apps === 'not now') return false;
    this.#apps = apps;
    const step = await this.#decide(apps);
    switch (step.kind) {
      case 'done':
        this.#way.say(
          `${apps.fresh.id} has ${countOf(apps.fresh.instances, 'instance')} beside ${apps.old.instances} of ${apps.old.id}: both stay. --complete-cur and --complete-prev end it`,
        );
        return true;
      case 'delete':
        return this.#delete(apps);
      case 'move':
        await this.#move(step, apps);
        return false;
      case 'wait':
        await this.#pause(step.because, step.isDrain);
        return false;
      case 'look':
        throw new Error('the balancers were looked at');
    }
  }

  /** Both apps as they are; reads that fail are tried again for a while. */
  async #read(): Promise<Apps | 'gone' | 'not now'> {
    const { freshId, oldId } = this.#roles;
    const { marathon, signal } = this.#way;
    try {
      const [old, fresh] = [await marathon.app(oldId, signal), await marathon.app(freshId, signal)];
      this.#reads.well();
      if (old === undefined && this.#isDeleteAsked) return 'gone';
      if (old === undefined || fresh === undefined)
        throw new ZddError(ZDD_EXIT.failed, `${old === undefined ? oldId : freshId} is gone: somebody has deleted it`);
      this.#learn([old, fresh]);
      return { fresh: withoutEnding(fresh, this.#killed), old: withoutEnding(old, this.#killed) };
    } catch (error) {
      const isForGood = !(error instanceof ZddError) || error.exitCode !== ZDD_EXIT.read;
      if (isForGood || this.#reads.hasLastedMs() >= this.#options.maxWaitMs) throw error;
      await this.#pause(error.message, false);
      return 'not now';
    }
  }

  /** Marathon has fewer instances of it: the kill was done. */
  #learn(apps: readonly ZddApp[]): void {
    const unknown = this.#unknown;
    if (unknown === undefined) return;
    this.#unknown = undefined;
    const app = apps.find(({ id }) => id === unknown.appId);
    if (app !== undefined && app.instances < unknown.instances) for (const id of unknown.ids) this.#killed.add(id);
  }

  async #decide(apps: Apps): Promise<Step> {
    const isLate = performance.now() - this.#waitsSinceMs >= this.#options.maxWaitMs;
    const seen = (balancers: readonly Balancer[] | undefined): Seen => ({ ...apps, balancers, isLate });
    const step = nextStep(seen(undefined), this.#roles.goal);
    if (step.kind !== 'look') return step;
    try {
      return nextStep(seen(await this.#way.balancers.look(this.#way.signal)), this.#roles.goal);
    } catch (error) {
      if (!(error instanceof ZddError)) throw error;
      // It may be about to start again: nothing is killed that it may still use.
      return { kind: 'wait', because: messageOf(error), isDrain: false };
    }
  }

  async #pause(because: string, isDrain: boolean): Promise<void> {
    if (!isDrain) this.#waitsSinceMs = performance.now();
    this.#way.still(because);
    await wait(this.#options.stepDelayMs, undefined, { signal: this.#way.signal });
  }

  async #move({ kill, of, scaleTo }: Move, { fresh, old }: Apps): Promise<void> {
    this.#waitsSinceMs = performance.now();
    const [from, to] = of === 'old' ? [old, fresh] : [fresh, old];
    if (kill.length > 0 && !(await this.#kill(kill, from, to))) return;
    if (scaleTo === undefined) return;
    this.#way.say(`scales ${fresh.id} from ${fresh.instances} to ${countOf(scaleTo, 'instance')}`);
    await this.#change(scaleApp(fresh.id, scaleTo), ZDD_EXIT.scale, `${fresh.id} cannot be scaled to ${countOf(scaleTo, 'instance')}`);
  }

  /** @returns whether it was done */
  async #kill(ids: readonly string[], from: ZddApp, to: ZddApp): Promise<boolean> {
    const left = from.instances - ids.length;
    const what = `kills ${countOf(ids.length, 'drained task')} of ${from.id}: ${countOf(left, 'instance')} ${left === 1 ? 'is' : 'are'} left`;
    if (!ids.every((id) => this.#agreed.has(id))) {
      await this.#way.hook?.(from, ids, to, this.#way.signal);
      if (!(await this.#way.confirm(`${what}: ${ids.join(', ')}`))) throw new ZddError(ZDD_EXIT.declined, 'nothing was killed, as you say');
      for (const id of ids) this.#agreed.add(id);
    }
    this.#way.say(what);
    const outcome = await this.#change(killAndScale(ids), ZDD_EXIT.scale, `tasks of ${from.id} cannot be killed`);
    if (outcome.kind === 'done') for (const id of ids) this.#killed.add(id);
    else if (outcome.isUnknown) this.#unknown = { ids, appId: from.id, instances: from.instances };
    return outcome.kind === 'done';
  }

  /** @returns whether it was done */
  async #delete({ old }: Apps): Promise<boolean> {
    const what = `deletes ${old.id} with ${countOf(old.tasks.length, 'drained task')}`;
    if (!this.#isDeleteAsked && !(await this.#way.confirm(what)))
      throw new ZddError(ZDD_EXIT.declined, `${old.id} was not deleted, as you say`);
    this.#isDeleteAsked = true;
    this.#way.say(what);
    const cannot = `${old.id} cannot be deleted`;
    // An app that is given up may never have come to the end of its deployment.
    const outcome = await this.#change(deleteApp(old.id, this.#roles.goal.isBack && old.deployments.length > 0), ZDD_EXIT.remove, cannot);
    return outcome.kind === 'done';
  }

  /** What could not be done now is looked at again. */
  async #change(change: Change, exitCode: number, what: string): Promise<Outcome> {
    const outcome = await this.#way.marathon.change(change, exitCode, what);
    if (outcome.kind === 'done') this.#changes.well();
    else if (this.#changes.hasLastedMs() >= this.#options.maxWaitMs) throw new ZddError(exitCode, `${what}: ${outcome.because}`);
    else await this.#pause(`${what} yet: ${outcome.because}`, false);
    return outcome;
  }

  #left(): string {
    const { freshId, oldId, goal } = this.#roles;
    const [fresh, old] = [this.#apps?.fresh, this.#apps?.old].map((app) =>
      app === undefined ? '' : ` with ${countOf(app.instances, 'instance')}`,
    );
    const forward = this.#options.found === 'complete current' ? '--complete-cur' : '--resume';
    const [on, back] = goal.isBack ? ['--complete-prev', '--complete-cur'] : [forward, '--complete-prev'];
    return `${freshId}${fresh ?? ''} and ${oldId}${old ?? ''} are there, and stay as they are: ${on} goes on, ${back} goes the other way`;
  }
}
