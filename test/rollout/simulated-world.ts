import type { MarathonAction } from '../../src/rollout/action.ts';
import type { Book } from '../../src/rollout/book.ts';
import type { AppFacts, Facts, Hold } from '../../src/rollout/facts.ts';
import type { GroupObservation, Observations } from '../../src/rollout/observation.ts';
import type { Rollout, RolloutOptions } from '../../src/rollout/rollout.ts';
import type { Edited } from '../../src/rollout/edits/edit.ts';
import type { Refusal } from '../../src/rollout/refusal.ts';
import { noted } from '../../src/rollout/edits/noted.ts';
import { withHistory } from '../../src/rollout/history.ts';
import { nextAction } from '../../src/rollout/next-action.ts';
import { drainingOf } from '../../src/rollout/state.ts';
import { heldOn } from '../../src/rollout/window.ts';

/** Marathon, Sluices and their HAProxys as a controller sees them, without any of them: a tick is a second. */

export const GROUP = '/shop';
export const OLD = '/shop-blue';
export const NEW = '/shop-green';
const LABELS = { HAPROXY_DEPLOYMENT_GROUP: GROUP };

export const OPTIONS: RolloutOptions = {
  ...{ steps: [10, 50, 100], holdSeconds: 5, gates: [{ kind: 'errors', maxPercent: 1 }], surge: 'full', instances: 3, keepSeconds: 0 },
  ...{ healthyWithinSeconds: 40, drainSeconds: 20, atDrainLimit: 'close', splitBy: 'request' },
};

const BEGIN_MS = Date.parse('2026-11-22T12:00:00Z');

export const aRollout = (
  options: Partial<RolloutOptions> = {},
  { from = OLD, oldInstances = 3 }: { from?: string | undefined; oldInstances?: number } = {},
): Rollout => ({
  id: 'one',
  group: GROUP,
  from,
  to: NEW,
  definitions: { [NEW]: { id: NEW, labels: LABELS }, [OLD]: { id: OLD, labels: LABELS, instances: oldInstances } },
  options: { ...OPTIONS, ...options },
  started: { by: 'ada', at: new Date(BEGIN_MS).toISOString() },
  state: { phase: 'preparing', step: 0, since: new Date(BEGIN_MS).toISOString(), atRevision: 1 },
  history: [],
});

interface Task {
  readonly id: string;
  readonly bornAt: number;
  sessions: number;
}

interface App {
  instances: number;
  readonly tasks: Map<string, Task>;
}

/** How the world is. Chance: from 0 to 1, whenever asked. */
export interface Nature {
  readonly chance: () => number;
  /** Until a task is healthy; Infinity: never. */
  readonly healthyAfter: number;
  /** From this tick on tasks of the new app do not work. */
  readonly crashAt?: number;
  /** In these ticks Marathon does not know who is healthy: another one leads. */
  readonly forgetful?: { readonly from: number; readonly to: number };
  /** Part of the answers of the new app. */
  readonly errors?: number;
  readonly sluices?: number;
  /** How often a Sluice does not answer. */
  readonly missing?: number;
  /** How often a HAProxy was just reloaded, and has no server of the new app yet. */
  readonly reloaded?: number;
  /** How often what the controller does is done, and it is killed before it can write that down, or before it does anything. */
  readonly killed?: number;
  /** How long a connection lives on a drained task. */
  readonly sessionSeconds?: number;
}

/** The same from 0 to 1 for the same seed. */
export const chances = (seed: number): (() => number) => {
  let state = seed | 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
};

export class SimulatedWorld {
  readonly #nature: Nature;
  readonly #apps = new Map<string, App>();
  /** Revision that each Sluice has in force, with the book of then. */
  readonly #inForce: Book[];
  /** Apps whose label names another group. */
  readonly #left = new Set<string>();
  readonly #counted = new Map<string, { requests: number; errors5xx: number }>();
  #born = 0;
  #tick = 0;
  book: Book;
  #memory: (Hold & { readonly since: string }) | undefined;
  /** Broken promises. */
  readonly wrongs: string[] = [];
  /** Shares of the new app, as they followed each other. */
  readonly shares: number[] = [];

  constructor(rollout: Rollout, nature: Nature, oldTasks = 3) {
    this.#nature = nature;
    if (rollout.from !== undefined) this.#make(OLD, oldTasks, -1000);
    const shares = {
      by: 'ada',
      at: '',
      closed: [],
      splitBy: 'request',
      shares: rollout.from === undefined ? { [NEW]: 100 } : { [OLD]: 100, [NEW]: 0 },
    } as const;
    this.book = { revision: 1, shares: new Map([[GROUP, shares]]), rollouts: new Map([[GROUP, rollout]]), overrides: new Map() };
    this.#inForce = Array.from({ length: nature.sluices ?? 2 }, () => this.book);
  }

  get rollout(): Rollout {
    return this.book.rollouts.get(GROUP) as Rollout;
  }

  get apps(): ReadonlyMap<string, App> {
    return this.#apps;
  }

  edit<T>(edit: (book: Book) => Edited<T> | Refusal): void {
    const edited = edit(this.book);
    if ('refused' in edited) throw new Error(edited.because);
    this.#write(edited.book);
  }

  /** Somebody scales an app by hand. */
  scale(appId: string, instances: number): void {
    const app = this.#apps.get(appId);
    if (app === undefined) return;
    app.instances = instances;
    this.#fill(appId, app, this.#tick);
    while (app.tasks.size > instances) app.tasks.delete([...app.tasks.keys()].at(-1) ?? '');
  }

  /** Somebody writes another group into its label. */
  leave(appId: string): void {
    this.#left.add(appId);
  }

  /** Somebody writes the group into its label again. */
  comeBack(appId: string): void {
    this.#left.delete(appId);
  }

  /** Somebody deletes an app, and makes another one by its name. */
  makeAnew(appId: string, instances: number): void {
    this.#apps.delete(appId);
    this.#make(appId, instances, this.#tick);
  }

  /** A second passes, and the controller does what is to be done until it has to wait. */
  step(): void {
    this.#tick += 1;
    this.#inForce.forEach((_, at) => (this.#chance(0.7) ? (this.#inForce[at] = this.book) : undefined));
    this.#traffic();
    for (let done = 0; done < 20; done++) if (!this.#act()) return;
    this.wrongs.push('twenty actions in a second');
  }

  get nowMs(): number {
    return BEGIN_MS + 1000 * this.#tick;
  }

  facts(): Facts {
    const { since, phase } = this.rollout.state;
    const observed = this.#observe();
    if (phase === 'holding' && this.#memory?.since !== since) this.#memory = { since, sinceMs: this.nowMs, observed };
    if (this.#memory !== undefined) this.#memory = { since: this.#memory.since, ...heldOn(this.#memory, observed, this.nowMs) };
    const [from, to] = [this.#factsOf(OLD), this.#factsOf(NEW)];
    const shares = this.book.shares.get(GROUP);
    return {
      ...{ nowMs: this.nowMs, observed },
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(shares === undefined ? {} : { shares }),
      ...(this.#memory?.since === since ? { hold: this.#memory } : {}),
    };
  }

  #chance(part: number): boolean {
    return this.#nature.chance() < part;
  }

  #act(): boolean {
    const facts = this.facts();
    const action = nextAction(this.rollout, facts);
    if (action.kind === 'wait' || action.kind === 'nothing' || action.kind === 'ask') return false;
    const killed = this.#nature.killed ?? 0;
    if (this.#chance(killed / 2)) return this.#forget();
    if (action.kind === 'note') {
      const before = this.book.shares.get(GROUP)?.shares[NEW];
      this.#write(noted(this.book, this.rollout, action, { by: 'controller', at: new Date(this.nowMs).toISOString() }).book);
      const share = this.book.shares.get(GROUP)?.shares[NEW];
      if (share !== undefined && share !== before) this.shares.push(share);
      return this.#chance(killed) ? this.#forget() : true;
    }
    this.#do(action, facts);
    if (this.#chance(killed)) this.#do(action, facts);
    return this.#chance(killed) ? this.#forget() : true;
  }

  /** Another controller goes on, in a while. */
  #forget(): boolean {
    this.#memory = undefined;
    return false;
  }

  #write(book: Book): void {
    this.book = { ...book, revision: this.book.revision + 1 };
  }

  #do(action: MarathonAction, facts: Facts): void {
    this.#write({ ...this.book, rollouts: new Map([[GROUP, withHistory(this.rollout, [action.what], { by: 'controller', at: '' })]]) });
    const app = this.#apps.get(action.appId);
    if (action.kind === 'make') this.#make(action.appId, Number(action.definition['instances']), this.#tick);
    if (action.kind === 'scale') this.scale(action.appId, action.instances);
    const ids = action.kind === 'kill' ? action.taskIds : action.kind === 'delete' ? [...(app?.tasks.keys() ?? [])] : [];
    for (const id of ids) this.#end(action.appId, id, facts);
    if (action.kind === 'delete') this.#apps.delete(action.appId);
  }

  #end(appId: string, id: string, { nowMs }: Facts): void {
    const app = this.#apps.get(appId);
    const task = app?.tasks.get(id);
    // Who kills what is gone kills nothing.
    if (app === undefined || task === undefined) return;
    const { state, options } = this.rollout;
    const drainedMs = nowMs - Date.parse(drainingOf(state)[id] ?? '');
    const isPromoted = 'closes' in state;
    const isOver = isPromoted || (options.atDrainLimit === 'close' && drainedMs >= 1000 * options.drainSeconds);
    if (task.sessions > 0 && !isOver) this.wrongs.push(`${id} was killed with ${task.sessions} sessions`);
    if (this.#left.has(OLD) && appId === NEW) this.wrongs.push(`${id} was killed, and nobody else is in the group`);
    app.tasks.delete(id);
    app.instances -= 1;
  }

  #make(appId: string, instances: number, at: number): void {
    if (this.#apps.has(appId)) return;
    const app: App = { instances, tasks: new Map() };
    this.#apps.set(appId, app);
    this.#fill(appId, app, at);
  }

  #fill(appId: string, app: App, at: number): void {
    while (app.tasks.size < app.instances) {
      this.#born += 1;
      const id = `${appId.slice(1)}.${String(this.#born).padStart(4, '0')}`;
      app.tasks.set(id, { id, bornAt: at, sessions: 0 });
    }
  }

  #isHealthy(appId: string, { bornAt }: Task): boolean {
    const { healthyAfter, crashAt = Infinity } = this.#nature;
    if (appId === OLD) return bornAt < 0 || this.#tick - bornAt >= 2;
    return this.#tick < crashAt && this.#tick - bornAt >= healthyAfter;
  }

  /** The rollout of this book drains it. */
  #isDraining({ rollouts }: Book, id: string): boolean {
    const state = rollouts.get(GROUP)?.state;
    return state !== undefined && id in drainingOf(state);
  }

  /** Each Sluice sends by the book that it has. */
  #traffic(): void {
    const { errors = 0, sessionSeconds = 3 } = this.#nature;
    for (const [appId, app] of this.#apps) {
      const share = Math.max(...this.#inForce.map((book) => book.shares.get(GROUP)?.shares[appId] ?? 0));
      const counted = this.#counted.get(appId) ?? { requests: 0, errors5xx: 0 };
      counted.requests += 10 * share;
      counted.errors5xx += appId === NEW ? 10 * share * errors : 0;
      this.#counted.set(appId, counted);
      for (const task of app.tasks.values()) {
        const isDrained = this.#inForce.every(
          (book) => this.#isDraining(book, task.id) || (book.shares.get(GROUP)?.closed.includes(appId) ?? false),
        );
        if (!isDrained && share > 0) task.sessions = 2;
        else if (this.#chance(1 / sessionSeconds)) task.sessions = 0;
      }
    }
  }

  #factsOf(appId: string): AppFacts | undefined {
    const app = this.#apps.get(appId);
    if (app === undefined) return undefined;
    const { from = Infinity, to = 0 } = this.#nature.forgetful ?? {};
    const isUnknown = this.#tick >= from && this.#tick < to;
    const tasks = [...app.tasks.values()].map((task) => ({
      ...{ id: task.id, state: 'TASK_RUNNING', healthy: !isUnknown && this.#isHealthy(appId, task), isUnknown },
    }));
    return {
      instances: app.instances,
      isDeploying: this.#chance(0.2),
      isChecked: true,
      group: this.#left.has(appId) ? '/other' : GROUP,
      tasks,
    };
  }

  #observe(): Observations {
    const all = this.#inForce.map((book, at): GroupObservation => {
      const members = [...this.#apps].filter(([appId]) => !this.#left.has(appId));
      const apps = members.map(([appId, app]) => {
        const isClosed = book.shares.get(GROUP)?.closed.includes(appId) ?? false;
        const isLacking = appId === NEW && this.#chance(this.#nature.reloaded ?? 0);
        const servers = [...app.tasks.values()].map((task) => ({
          ...{
            taskId: task.id,
            backend: 'shop_80',
            server: task.id,
            up: !isLacking && this.#isHealthy(appId, task),
            weight: 1,
            // All of a task's come by one of them: who asks only the others sees none.
            sessions: Number(task.id.slice(-4)) % this.#inForce.length === at ? task.sessions : 0,
            queued: 0,
          },
          state: isLacking
            ? ('absent' as const)
            : isClosed
              ? ('maint' as const)
              : this.#isDraining(book, task.id)
                ? ('drain' as const)
                : ('ready' as const),
        }));
        return [
          appId,
          { servers, counters: { connectionErrors: 0, ...(this.#counted.get(appId) ?? { requests: 0, errors5xx: 0 }) } },
        ] as const;
      });
      return { sluice: `sluice-${at}`, at: '', revision: book.revision, apps: structuredClone(Object.fromEntries(apps)) };
    });
    const seen = all.filter(() => !this.#chance(this.#nature.missing ?? 0));
    return { seen, missing: all.filter((one) => !seen.includes(one)).map(({ sluice }) => ({ sluice, because: 'no answer' })) };
  }
}

/** Lets time pass until the rollout has ended. */
export const untilEnded = (world: SimulatedWorld, most = 600): void => {
  for (let tick = 0; tick < most && world.rollout.state.phase !== 'ended'; tick++) world.step();
};
