import type { KnownPeer } from '../observe/peers.ts';
import type { Self } from '../observe/self.ts';
import type { RunningTask } from './marathon-apps.ts';
import { type Candidate, type Standing, standingAfter, whoLeads } from './who-leads.ts';

/** Who carries rollouts on, as far as a Sluice knows. */
export interface Leading {
  /** undefined: it was not found out yet. */
  readonly leads: boolean | undefined;
  /** Its task id, or its host and port; absent: this one, or not known. */
  readonly leader?: string;
}

const ASK_EVERY_MS = 3000;

/** Of this one where it is no task: a name that no other has. */
const OWN = '';

interface LeaderOptions {
  readonly mode: 'auto' | 'on' | 'off';
  /** undefined: it does not run in Marathon. */
  readonly self: Self | undefined;
  /** The tasks of an app that run, by id. */
  readonly running: (appId: string) => Promise<ReadonlyMap<string, RunningTask>>;
  /** Where none of them runs in Marathon the oldest of those leads that answer. */
  readonly others: { readonly look: () => Promise<void>; readonly known: readonly KnownPeer[] };
  /** Of this process, ISO 8601. */
  readonly startedAt: string;
  readonly nowMs: () => number;
}

/**
 * Whether rollouts are carried on by this Sluice: by the oldest task of its app that is not ill and does not hang, or, outside of Marathon, by the oldest
 * process of those that answer. Two for a moment do no harm.
 */
export class Leader {
  readonly #options: LeaderOptions;
  #leading: Leading = { leads: undefined };
  #askedAtMs = -Infinity;
  /** Of the others, by who they say that they are, else by name. */
  #standings: ReadonlyMap<string, Standing> = new Map();

  constructor(options: LeaderOptions) {
    this.#options = options;
    if (options.mode !== 'auto') this.#leading = { leads: options.mode === 'on' };
  }

  /** As of the last time that somebody asked. */
  get leading(): Leading {
    return this.#leading;
  }

  /** Asks now and then. @throws SluiceError when Marathon does not answer: nothing could be done then anyway */
  async isLeading(): Promise<boolean> {
    const { mode, nowMs } = this.#options;
    if (mode !== 'auto') return mode === 'on';
    if (nowMs() - this.#askedAtMs >= ASK_EVERY_MS) {
      this.#leading = await this.#find();
      this.#askedAtMs = nowMs();
    }
    return this.#leading.leads === true;
  }

  async #find(): Promise<Leading> {
    const { self } = this.#options;
    const leader = self === undefined ? await this.#amongProcesses() : await this.#amongTasks(self);
    if (leader === (self?.taskId ?? OWN)) return { leads: true };
    return { leads: false, ...(leader === undefined ? {} : { leader }) };
  }

  async #amongTasks({ appId, taskId }: Self): Promise<string | undefined> {
    const tasks = [...(await this.#options.running(appId))];
    const candidates = tasks.map(([name, { since, isIll }]): Candidate => ({ name, since, isIll, hangs: false }));
    // Who is the first anyway need not know how the others are.
    if (whoLeads(candidates) === taskId) return taskId;
    await this.#look();
    return whoLeads(candidates.map((one) => ({ ...one, hangs: one.name !== taskId && this.#hangs(one.name) })));
  }

  async #amongProcesses(): Promise<string | undefined> {
    const { others, startedAt } = this.#options;
    await this.#look();
    const answering = others.known.flatMap(({ name, sluice = name, startedAt: since, because }): readonly Candidate[] =>
      since === undefined || because !== undefined ? [] : [{ name, since, isIll: false, hangs: this.#hangs(sluice) }],
    );
    return whoLeads([{ name: OWN, since: startedAt, isIll: false, hangs: false }, ...answering]);
  }

  #hangs(name: string): boolean {
    return this.#standings.get(name)?.hangs === true;
  }

  async #look(): Promise<void> {
    const { others } = this.#options;
    await others.look();
    this.#standings = new Map(
      others.known.map((seen) => {
        const name = seen.sluice ?? seen.name;
        return [name, standingAfter(this.#standings.get(name), seen)];
      }),
    );
  }
}
