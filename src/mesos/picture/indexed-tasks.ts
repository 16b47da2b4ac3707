import type { TaskFact } from '../facts/facts.ts';

/** No two tasks of a master have the same. */
export const factKey = (frameworkId: string, taskId: string): string => `${frameworkId}\n${taskId}`;

const put = (index: Map<string, Set<string>>, by: string, key: string): void => {
  const keys = index.get(by);
  if (keys === undefined) index.set(by, new Set([key]));
  else keys.add(key);
};

const remove = (index: Map<string, Set<string>>, by: string, key: string): void => {
  const keys = index.get(by);
  keys?.delete(key);
  if (keys?.size === 0) index.delete(by);
};

const NONE: ReadonlySet<string> = new Set();

/** Tasks by key, and which of them are on an agent or of a framework: neither need be known yet. */
export class IndexedTasks {
  readonly #tasks = new Map<string, TaskFact>();
  readonly #byAgent = new Map<string, Set<string>>();
  readonly #byFramework = new Map<string, Set<string>>();

  get size(): number {
    return this.#tasks.size;
  }

  keys(): Iterable<string> {
    return this.#tasks.keys();
  }

  get(key: string): TaskFact | undefined {
    return this.#tasks.get(key);
  }

  put(key: string, task: TaskFact): void {
    this.remove(key);
    this.#tasks.set(key, task);
    put(this.#byAgent, task.agentId, key);
    put(this.#byFramework, task.frameworkId, key);
  }

  remove(key: string): boolean {
    const task = this.#tasks.get(key);
    if (task === undefined) return false;
    remove(this.#byAgent, task.agentId, key);
    remove(this.#byFramework, task.frameworkId, key);
    return this.#tasks.delete(key);
  }

  onAgent(agentId: string): ReadonlySet<string> {
    return this.#byAgent.get(agentId) ?? NONE;
  }

  ofFramework(frameworkId: string): ReadonlySet<string> {
    return this.#byFramework.get(frameworkId) ?? NONE;
  }
}
