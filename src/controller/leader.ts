import { compare } from '../kit/compare.ts';
import type { KnownPeer } from '../observe/peers.ts';
import type { Self } from '../observe/self.ts';

/** Who carries rollouts on, as far as a Sluice knows. */
export interface Leading {
  /** undefined: it was not found out yet. */
  readonly leads: boolean | undefined;
  /** Its task id, or its host and port; absent: this one, or not known. */
  readonly leader?: string;
}

/** The oldest one; of two that are as old the first by id. undefined: there is none. */
const oldest = (since: ReadonlyMap<string, string>): string | undefined =>
  [...since].sort(([a, at], [b, bt]) => compare(at, bt) || compare(a, b))[0]?.[0];

const ASK_EVERY_MS = 3000;

interface LeaderOptions {
  readonly mode: 'auto' | 'on' | 'off';
  /** undefined: it does not run in Marathon. */
  readonly self: Self | undefined;
  /** When each healthy task of an app began. */
  readonly healthySince: (appId: string) => Promise<ReadonlyMap<string, string>>;
  /** The others: where none of them runs in Marathon the oldest of those leads that answer. */
  readonly others: { readonly look: () => Promise<void>; readonly known: readonly KnownPeer[] };
  /** Of this process, ISO 8601. */
  readonly startedAt: string;
  readonly nowMs: () => number;
}

/**
 * Whether rollouts are carried on by this Sluice: by the oldest healthy task of its app, or, outside of Marathon, by the oldest process of those
 * that answer. Two for a moment do no harm.
 */
export class Leader {
  readonly #options: LeaderOptions;
  #leading: Leading = { leads: undefined };
  #askedAtMs = -Infinity;

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
    const { self, healthySince } = this.#options;
    if (self === undefined) return this.#findByAge();
    const leader = oldest(await healthySince(self.appId));
    return { leads: leader === self.taskId, ...(leader === undefined || leader === self.taskId ? {} : { leader }) };
  }

  async #findByAge(): Promise<Leading> {
    const { others, startedAt } = this.#options;
    await others.look();
    const since = others.known.flatMap(({ name, startedAt: at, because }) =>
      at === undefined || because !== undefined ? [] : [[name, at] as const],
    );
    const older = oldest(new Map(since.filter(([, at]) => at < startedAt)));
    return older === undefined ? { leads: true } : { leads: false, leader: older };
  }
}
