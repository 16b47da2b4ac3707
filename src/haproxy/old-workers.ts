import type { Logger } from 'pino';
import { isStopped, memoryOf, sendSignal } from './proc-fs.ts';
import type { HaproxyProcess } from './show-proc.ts';

interface OldWorkersOptions {
  readonly log: Logger;
  /** So many may live, and so much memory may they have together. */
  readonly limit: number;
  readonly memoryLimitBytes: number;
}

/** Keeps the workers that were replaced, and live as long as their connections do, within bounds: those beyond are ended, oldest first, and those that hang. */
export class OldWorkers {
  readonly #options: OldWorkersOptions;
  #ended = 0;
  /** Told to end, and still there a moment ago. */
  #ending = new Set<number>();

  constructor(options: OldWorkersOptions) {
    this.#options = options;
  }

  /** That were ended since this process began. */
  get ended(): number {
    return this.#ended;
  }

  /** @param old youngest first */
  async bound(old: readonly HaproxyProcess[]): Promise<void> {
    const { limit, memoryLimitBytes } = this.#options;
    this.#ending = new Set(old.map(({ pid }) => pid).filter((pid) => this.#ending.has(pid)));
    for (const worker of old.slice(limit)) this.#end(worker, { limit }, 'too many old workers: ending the oldest');
    for (const worker of old)
      if (await isStopped(worker.pid)) this.#end(worker, {}, 'an old worker was stopped, and can end no connection: killing it', 'SIGKILL');
    let memoryBytes = 0;
    for (const worker of old.slice(0, limit)) {
      memoryBytes += await memoryOf(worker.pid);
      if (memoryBytes > memoryLimitBytes)
        this.#end(worker, { memoryBytes, memoryLimitBytes }, 'old workers have too much memory: ending the oldest');
    }
  }

  #end({ pid, uptimeSeconds }: HaproxyProcess, why: object, message: string, signal: NodeJS.Signals = 'SIGTERM'): void {
    if (this.#ending.has(pid)) return;
    this.#ending.add(pid);
    this.#ended += 1;
    this.#options.log.warn({ haproxyPid: pid, uptimeSeconds, ...why }, message);
    sendSignal(pid, signal);
  }
}
