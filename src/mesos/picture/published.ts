import type { NamedTask } from '../../dns/named-task.ts';
import { equal } from '../../kit/equal.ts';

interface Entry {
  readonly task: NamedTask;
  /** Which fact it is of; absent: of an earlier life of this process. */
  readonly by?: string;
}

/** What the zone was told last of each task, and what it must be told next. */
export class Published {
  readonly #entries = new Map<string, Entry>();
  readonly #keyBy = new Map<string, string>();
  readonly #restored = new Set<string>();
  readonly #put = new Map<string, NamedTask>();
  readonly #drop = new Set<string>();

  constructor(restored: readonly NamedTask[]) {
    for (const task of restored) {
      this.#entries.set(task.key, { task });
      this.#restored.add(task.key);
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Of an earlier life, and not confirmed since. */
  get restored(): number {
    return this.#restored.size;
  }

  tasks(): NamedTask[] {
    return Array.from(this.#entries.values(), ({ task }) => task);
  }

  /** What is said of this fact from now on; undefined: nothing. */
  set(by: string, task: NamedTask | undefined): void {
    const before = this.#keyBy.get(by);
    if (before !== undefined && before !== task?.key) this.#remove(before, by);
    if (task === undefined) return;
    this.#keyBy.set(by, task.key);
    this.#restored.delete(task.key);
    const known = this.#entries.get(task.key);
    this.#entries.set(task.key, { task, by });
    if (known !== undefined && equal(known.task, task)) return;
    this.#put.set(task.key, task);
    this.#drop.delete(task.key);
  }

  /** One that was restored, and is known now to count for nothing. */
  dropRestored(key: string): void {
    if (this.#restored.has(key)) this.#remove(key, undefined);
  }

  /** What nobody has confirmed. */
  dropAllRestored(): void {
    for (const key of [...this.#restored]) this.#remove(key, undefined);
  }

  /** What is to be told; then it counts as told. */
  take(): { readonly put?: readonly NamedTask[]; readonly drop?: readonly string[] } {
    const put = [...this.#put.values()];
    const drop = [...this.#drop];
    this.#put.clear();
    this.#drop.clear();
    return { ...(put.length === 0 ? {} : { put }), ...(drop.length === 0 ? {} : { drop }) };
  }

  /** Another fact may have taken its place: two frameworks of one name. */
  #remove(key: string, by: string | undefined): void {
    if (by !== undefined) this.#keyBy.delete(by);
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.by !== by) return;
    this.#entries.delete(key);
    this.#restored.delete(key);
    this.#put.delete(key);
    this.#drop.add(key);
  }
}
