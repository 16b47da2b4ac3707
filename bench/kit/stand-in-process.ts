import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { StandInOptions } from '../../src/demo/options.ts';

/** What the child can do; see StandIn for what each means. */
interface Verbs {
  readonly start: (options: StandInOptions) => Promise<string>;
  /** `sentAtMs`: of nowMs(), just before the first of its events. */
  readonly addTask: (appId: string) => Promise<{ readonly taskId: string; readonly sentAtMs: number }>;
  readonly removeTask: (appId: string, taskId: string) => Promise<void>;
  readonly killTask: (taskId: string) => Promise<void>;
  readonly runningTasks: (appId: string) => Promise<readonly { readonly id: string; readonly host: string; readonly port: number }[]>;
  readonly close: () => Promise<void>;
}

export interface Order {
  readonly verbs: Verbs;
  readonly message: { readonly id: number; readonly verb: keyof Verbs; readonly args: readonly unknown[] };
}

export type Reply = { readonly id: number; readonly value?: unknown } | { readonly id: number; readonly error: string };

/** A stand-in for Marathon, and its tasks, in a process of their own. */
export class StandInProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>();
  #lastId = 0;
  #url = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (reply: Reply) => this.#answered(reply));
    child.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the stand-in ended with code ${code}`));
      this.#waiting.clear();
    });
  }

  static async start(options: StandInOptions): Promise<StandInProcess> {
    const standIn = new StandInProcess(
      fork(new URL('stand-in-child.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
    );
    standIn.#url = await standIn.#ask('start', options);
    return standIn;
  }

  get url(): string {
    return this.#url;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async addTask(appId: string): ReturnType<Verbs['addTask']> {
    return this.#ask('addTask', appId);
  }

  async removeTask(appId: string, taskId: string): Promise<void> {
    return this.#ask('removeTask', appId, taskId);
  }

  async killTask(taskId: string): Promise<void> {
    return this.#ask('killTask', taskId);
  }

  async runningTasks(appId: string): ReturnType<Verbs['runningTasks']> {
    return this.#ask('runningTasks', appId);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || !this.#child.connected) return;
    await this.#ask('close');
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }

  async #ask<V extends keyof Verbs>(verb: V, ...args: Parameters<Verbs[V]>): Promise<Awaited<ReturnType<Verbs[V]>>> {
    const id = ++this.#lastId;
    const value = await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, verb, args } satisfies Order['message'], (error) => error !== null && reject(error));
    });
    return value as Awaited<ReturnType<Verbs[V]>>;
  }

  #answered(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(new Error(`the stand-in: ${reply.error}`));
    else waiting?.resolve(reply.value);
  }
}
