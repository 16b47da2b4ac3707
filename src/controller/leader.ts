import { compare } from '../kit/compare.ts';

/** Who a Sluice is among the tasks of its own app. */
export interface Self {
  /** Id of its app: MARATHON_APP_ID. */
  readonly appId: string;
  /** MESOS_TASK_ID. */
  readonly taskId: string;
}

/** undefined: it does not run in Marathon, and is alone. */
export const selfIn = (environment: Readonly<Record<string, string | undefined>>): Self | undefined => {
  const { MARATHON_APP_ID: appId = '', MESOS_TASK_ID: taskId = '' } = environment;
  return appId === '' || taskId === '' ? undefined : { appId, taskId };
};

/** The oldest one; of two that are as old the first by id. undefined: there is none. */
const oldest = (since: ReadonlyMap<string, string>): string | undefined =>
  [...since].sort(([a, at], [b, bt]) => compare(at, bt) || compare(a, b))[0]?.[0];

const ASK_EVERY_MS = 3000;

interface LeaderOptions {
  readonly mode: 'auto' | 'on' | 'off';
  readonly self: Self | undefined;
  /** When each healthy task of an app began. */
  readonly healthySince: (appId: string) => Promise<ReadonlyMap<string, string>>;
  readonly nowMs: () => number;
}

/** Whether rollouts are carried on by this Sluice: by the oldest healthy task of its app. Two for a moment do no harm. */
export class Leader {
  readonly #options: LeaderOptions;
  #isLeading = false;
  #askedAtMs = -Infinity;

  constructor(options: LeaderOptions) {
    this.#options = options;
  }

  /** Asks Marathon now and then. @throws SluiceError when it does not answer: nothing could be done then anyway */
  async isLeading(): Promise<boolean> {
    const { mode, self, healthySince, nowMs } = this.#options;
    if (mode !== 'auto' || self === undefined) return mode !== 'off';
    if (nowMs() - this.#askedAtMs < ASK_EVERY_MS) return this.#isLeading;
    this.#isLeading = oldest(await healthySince(self.appId)) === self.taskId;
    this.#askedAtMs = nowMs();
    return this.#isLeading;
  }
}
