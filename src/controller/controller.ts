import type { Logger } from 'pino';
import { equal } from '../kit/equal.ts';
import { messageOf } from '../kit/error.ts';
import type { Action, MarathonAction, Note, Waiting } from '../rollout/action.ts';
import { isTold, takeNote, tellWait, writeDown } from '../rollout/edits/carry-on.ts';
import type { Edit } from '../rollout/edits/edit.ts';
import { isRefusal, type Refusal } from '../rollout/refusal.ts';
import type { Facts } from '../rollout/facts.ts';
import type { GateResult } from '../rollout/gate.ts';
import type { Who } from '../rollout/history.ts';
import { nextAction } from '../rollout/next-action.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { Askings } from './asking.ts';
import { gather, type Sources } from './gather.ts';
import { Lateness } from './lateness.ts';
import type { Done } from './marathon-apps.ts';
import { type Memory, Memories } from './memory.ts';

/** What a controller works with. */
export interface ControllerOptions extends Sources {
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** @throws SluiceError CONFLICT, STORE: nothing was changed */
  readonly edit: <T>(edit: Edit<T>) => Promise<{ readonly value: T } | Refusal>;
  /** Asked while a rollout goes on. */
  readonly isLeading: () => Promise<boolean>;
  readonly carryOut: (action: MarathonAction) => Promise<Done>;
  /** Asks a rollout's probes and commands: results by their place in its gates. Whoever aborts does not want them any more. */
  readonly ask: (rollout: Rollout, facts: Facts, signal: AbortSignal) => Promise<Readonly<Record<number, GateResult>>>;
}

/** What it waits for is for people: it is not worth a write each second. */
const TELL_EVERY_MS = 5000;
/** So many actions of one rollout follow each other without a look at the others. */
const MOST_ACTIONS = 20;

const BY = 'controller';

/** Carries rollouts on, one action after the other: looks, asks `nextAction`, does it, writes it down, looks again. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #memories = new Memories();
  readonly #running = new Map<string, Promise<void>>();
  readonly #askings = new Askings();
  readonly #lateness: Lateness;
  /** Groups that something was heard of while they were looked at. */
  readonly #again = new Set<string>();
  /** Why a group was not looked at to the end, the last time. */
  readonly #failures = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;
  #isClosed = false;

  /** @param everyMs between two looks when nothing is heard */
  constructor(options: ControllerOptions, everyMs: number) {
    this.#options = options;
    this.#lateness = new Lateness(options.nowMs);
    this.#timer = setInterval(() => this.wake(), everyMs);
  }

  /** For so long a rollout that runs has waited to be looked at, here or where somebody else leads; 0: none waits. */
  get behindMs(): number {
    return this.#lateness.ms;
  }

  /** Something may have changed: the book, an app. */
  wake(): void {
    if (this.#isClosed) return;
    const rollouts = [...this.#options.book().rollouts.values()];
    for (const { group, state } of rollouts) if (state.phase === 'ended') this.#memories.forget(group);
    const running = rollouts.filter(({ state }) => state.phase !== 'ended').map(({ group }) => group);
    this.#lateness.expect(running);
    for (const group of running) this.#look(group);
  }

  /** What is being done is done first; probes and commands are given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await Promise.all([this.#askings.close(), ...this.#running.values()]);
  }

  #look(group: string): void {
    if (this.#running.has(group)) {
      this.#again.add(group);
      return;
    }
    this.#again.delete(group);
    const looking = this.#advance(group)
      .then(() => this.#failures.delete(group))
      .catch((error: unknown) => this.#fail(group, error))
      .then(() => {
        this.#running.delete(group);
        if (this.#again.delete(group) && !this.#isClosed) this.#look(group);
      });
    this.#running.set(group, looking);
  }

  /** Said once, not each second. */
  #fail(group: string, error: unknown): void {
    const because = messageOf(error);
    if (this.#failures.get(group) !== because) this.#options.log.warn({ group, err: error }, `the rollout of ${group} waits: ${because}`);
    this.#failures.set(group, because);
  }

  async #advance(group: string): Promise<void> {
    for (let actions = 0; actions < MOST_ACTIONS && !this.#isClosed; actions++) {
      const goesOn = await this.#act(group);
      this.#lateness.looked(group);
      if (!goesOn) return;
    }
  }

  /** As perform. */
  async #act(group: string): Promise<boolean> {
    const rollout = this.#options.book().rollouts.get(group);
    if (rollout === undefined || rollout.state.phase === 'ended' || !(await this.#options.isLeading())) return false;
    const memory = this.#memories.of(rollout);
    const facts = await gather(this.#options, rollout, memory);
    return !this.#isStill(rollout) || this.#perform(rollout, facts, memory, nextAction(rollout, facts));
  }

  /** Nobody has decided anything about it in the meantime, nor closed this controller. */
  #isStill(rollout: Rollout): boolean {
    return !this.#isClosed && equal(this.#options.book().rollouts.get(rollout.group), rollout);
  }

  /** Whether there may be more to do at once. */
  async #perform(rollout: Rollout, facts: Facts, memory: Memory, action: Action): Promise<boolean> {
    switch (action.kind) {
      case 'nothing':
        return false;
      case 'wait':
        return this.#tell(rollout, facts, memory, action);
      case 'note':
        return this.#note(rollout, action);
      case 'ask':
        return this.#ask(rollout, facts, memory);
      default:
        return this.#carryOut(rollout, memory, action);
    }
  }

  /** Asks, and does not wait for it: the new app may fail long before a command has ended. What could not be asked is asked anew. */
  async #ask(rollout: Rollout, facts: Facts, memory: Memory): Promise<boolean> {
    const ask = async (signal: AbortSignal) => this.#options.ask(rollout, facts, signal);
    const error = memory.asking?.error;
    if (memory.asking === undefined || error !== undefined)
      memory.asking = this.#askings.begin(rollout.state.since, ask, () => this.wake());
    if (error !== undefined) throw error;
    return this.#tell(rollout, facts, memory, { kind: 'wait', for: 'its probes and commands to answer' });
  }

  /** Whether it was written: not where the rollout is another one by now. */
  async #write(edit: Edit<Rollout>): Promise<boolean> {
    return !isRefusal(await this.#options.edit(edit));
  }

  #who(): Who {
    return { by: BY, at: new Date(this.#options.nowMs()).toISOString() };
  }

  async #note(rollout: Rollout, note: Note): Promise<boolean> {
    if (!(await this.#write(takeNote(rollout, note, this.#who())))) return true;
    for (const what of note.what) this.#options.log.info({ group: rollout.group }, what);
    return true;
  }

  /** First what is to be done, then doing it: so the history knows all that was ever done, whenever this process is killed. */
  async #carryOut(rollout: Rollout, memory: Memory, action: MarathonAction): Promise<boolean> {
    const { log, carryOut } = this.#options;
    if (rollout.history.at(-1)?.what !== action.what) {
      if (!(await this.#write(writeDown(rollout, action.what, this.#who())))) return true;
      log.info({ group: rollout.group }, action.what);
    }
    const done = await carryOut(action);
    if (done.kind === 'done') return true;
    if (done.kind === 'refused' && action.kind === 'make') memory.refused = done.because;
    log.warn({ group: rollout.group }, `${action.what}: ${done.because}`);
    return memory.refused !== undefined && rollout.state.phase === 'preparing';
  }

  async #tell(rollout: Rollout, facts: Facts, memory: Memory, action: Waiting): Promise<boolean> {
    if (isTold(rollout, action) || facts.nowMs - memory.toldAtMs < TELL_EVERY_MS) return false;
    memory.toldAtMs = facts.nowMs;
    await this.#write(tellWait(rollout, action));
    return false;
  }
}
