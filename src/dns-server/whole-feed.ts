import type { Freshness } from '../dns/feed-message.ts';
import type { NamedCluster, NamedTask } from '../dns/named-task.ts';
import type { StaticRecord } from '../dns/static-record.ts';
import type { ZoneChange } from '../dns/zone-change.ts';
import { FeedQueue } from './feed-queue.ts';

/** All that responders answer from, as of now: changes go to each of them, and one that begins anew gets the whole. */
export class WholeFeed {
  readonly #tasks = new Map<string, NamedTask>();
  readonly #queues = new Map<FeedQueue, () => void>();
  #cluster: NamedCluster | undefined;
  #records: readonly StaticRecord[] | undefined;
  #freshness: Freshness = { state: 'not-ready', sinceMs: 0 };

  get taskCount(): number {
    return this.#tasks.size;
  }

  get freshness(): Freshness {
    return this.#freshness;
  }

  take({ put = [], drop = [], cluster, records }: ZoneChange): void {
    for (const task of put) this.#tasks.set(task.key, task);
    for (const key of drop) this.#tasks.delete(key);
    this.#cluster = cluster ?? this.#cluster;
    this.#records = records ?? this.#records;
    for (const [queue, wake] of this.#queues) {
      for (const { key } of put) queue.notePut(key);
      for (const key of drop) queue.noteDrop(key);
      if (cluster !== undefined) queue.noteOther('cluster');
      if (records !== undefined) queue.noteOther('records');
      wake();
    }
  }

  takeFreshness(freshness: Freshness): void {
    this.#freshness = freshness;
    for (const [queue, wake] of this.#queues) {
      queue.noteOther('freshness');
      wake();
    }
  }

  /** For one life of one responder, which is given everything. `wake`: there is something new in it. */
  open(wake: () => void): FeedQueue {
    const parts = {
      task: (key: string) => this.#tasks.get(key),
      cluster: () => this.#cluster,
      records: () => this.#records,
      freshness: () => this.#freshness,
    };
    const queue = new FeedQueue(parts, this.#tasks.keys());
    this.#queues.set(queue, wake);
    return queue;
  }

  close(queue: FeedQueue): void {
    this.#queues.delete(queue);
  }
}
