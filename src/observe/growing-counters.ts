import { type Counters, RESPONSE_TIME_BOUNDS } from '../rollout/observation.ts';

/** What was read of one server of one worker: it begins at 0 with either of them, and may begin again. */
export interface RawCounts {
  /** Who counts: two with one key are one after the other. */
  readonly key: string;
  readonly appId: string;
  readonly counts: { readonly answered: number; readonly errors5xx: number; readonly failed: number };
  /** Response time in ms -> how many. Absent: they are not counted there. */
  readonly times?: ReadonlyMap<number, number>;
}

interface Total {
  requests: number;
  errors5xx: number;
  connectionErrors: number;
  times: number[] | undefined;
}

/** What has come since the last look; after a new beginning all that is there. */
const grown = (now: number, before: number | undefined): number => (before === undefined || now < before ? now : now - before);

const bucketOf = (ms: number): number => {
  const at = RESPONSE_TIME_BOUNDS.findIndex((bound) => ms <= bound);
  return at < 0 ? RESPONSE_TIME_BOUNDS.length : at;
};

/** Adds up what servers and workers count that come and go, by app: the sums only grow. */
export class GrowingCounters {
  readonly #totals = new Map<string, Total>();
  /** What the last look has read, by who counts. */
  #last = new Map<string, RawCounts>();

  /** All that counts now. Who is not in it has gone: what it had counted stays counted. */
  take(all: readonly RawCounts[]): void {
    for (const raw of all) this.#add(raw, this.#last.get(raw.key));
    this.#last = new Map(all.map((raw) => [raw.key, raw]));
  }

  /** Of an app, since the first look at it; of one that was never seen nothing. */
  of(appId: string): Counters {
    const { times, ...counts } = this.#totals.get(appId) ?? { requests: 0, errors5xx: 0, connectionErrors: 0, times: undefined };
    return { ...counts, ...(times === undefined ? {} : { responseTimes: [...times] }) };
  }

  /** Apps that are not asked for any more. */
  keepOnly(appIds: ReadonlySet<string>): void {
    for (const appId of this.#totals.keys()) if (!appIds.has(appId)) this.#totals.delete(appId);
  }

  #add({ appId, counts, times }: RawCounts, last: RawCounts | undefined): void {
    const total = this.#total(appId);
    const answered = grown(counts.answered, last?.counts.answered);
    const failed = grown(counts.failed, last?.counts.failed);
    total.requests += answered + failed;
    total.errors5xx += grown(counts.errors5xx, last?.counts.errors5xx);
    total.connectionErrors += failed;
    if (times === undefined) return;
    total.times ??= new Array<number>(RESPONSE_TIME_BOUNDS.length + 1).fill(0);
    for (const [ms, count] of times) {
      const bucket = bucketOf(ms);
      total.times[bucket] = (total.times[bucket] ?? 0) + grown(count, last?.times?.get(ms));
    }
  }

  #total(appId: string): Total {
    const known = this.#totals.get(appId);
    if (known !== undefined) return known;
    const total = { requests: 0, errors5xx: 0, connectionErrors: 0, times: undefined };
    this.#totals.set(appId, total);
    return total;
  }
}
