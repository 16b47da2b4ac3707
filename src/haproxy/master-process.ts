import { spawn, type ChildProcess } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '../kit/error.ts';
import { environmentOfHaproxy } from './environment.ts';
import type { HaproxyLog } from './haproxy-log.ts';
import { childrenOf, identityOf, sendSignal } from './proc-fs.ts';

/** How the master ended; of one that we found and did not start, nothing is known. */
export interface HaproxyExit {
  readonly pid: number;
  readonly code?: number;
  readonly signal?: string;
}

/** Standard output of a master; it is closed once the master has it. */
export type OpenOutput = () => Promise<FileHandle>;

const LOOK_EVERY_MS = 200;
const TERM_LIMIT_MS = 10_000;

/** HAProxy's master process, watched to its end. It is nobody's child in spirit: it goes on when Sluice dies, and is found again. */
export class MasterProcess {
  readonly pid: number;
  /** Resolves at its end, never rejects. */
  readonly exit: Promise<HaproxyExit>;
  #exited: HaproxyExit | undefined;
  readonly #watching = new AbortController();

  private constructor(pid: number, exit: (signal: AbortSignal) => Promise<HaproxyExit>) {
    this.pid = pid;
    this.exit = exit(this.#watching.signal).then((how) => (this.#exited = how));
  }

  /** Starts a master in a session of its own, not tied to our stdio, so that whatever ends us does not end HAProxy. */
  static async start(binary: string, args: readonly string[], log: HaproxyLog, openOutput?: OpenOutput): Promise<MasterProcess> {
    const output = await log.openToAppend();
    let access: FileHandle | undefined;
    try {
      access = await openOutput?.();
      const child = spawn(binary, args, {
        env: environmentOfHaproxy(),
        detached: true,
        stdio: ['ignore', access?.fd ?? output.fd, output.fd],
      });
      const pid = await started(child, binary);
      child.unref();
      return new MasterProcess(pid, async () => exitOfChild(child, pid));
    } finally {
      await access?.close();
      await output.close();
    }
  }

  /** Watches a master that runs already. */
  static async adopt(pid: number): Promise<MasterProcess> {
    const identity = await identityOf(pid);
    return new MasterProcess(pid, async (signal) => exitOfStranger(pid, identity, signal));
  }

  get isAlive(): boolean {
    return this.#exited === undefined;
  }

  signal(name: NodeJS.Signals): void {
    if (this.isAlive) sendSignal(this.pid, name);
  }

  /** Resolves to whether it ended within this time. */
  async endsWithin(ms: number): Promise<boolean> {
    const timer = new AbortController();
    const late = sleep(ms, false, { signal: timer.signal }).catch(() => false);
    const ended = await Promise.race([this.exit.then(() => true), late]);
    timer.abort();
    return ended;
  }

  /** Takes no new connections and lets those that are there end; after this time ends them too. */
  async stop(softLimitMs: number): Promise<void> {
    this.signal('SIGUSR1');
    if (!(await this.endsWithin(softLimitMs))) await this.kill();
  }

  /** Ends it and its workers at once, connections or not. */
  async kill(): Promise<void> {
    this.signal('SIGTERM');
    if (await this.endsWithin(TERM_LIMIT_MS)) return;
    // A worker ends when its master has, but not one that hangs.
    const workers = await childrenOf(this.pid);
    this.signal('SIGKILL');
    await this.exit;
    for (const worker of workers) sendSignal(worker, 'SIGKILL');
  }

  /** Stops watching; the process goes on. */
  unwatch(): void {
    this.#watching.abort();
  }
}

const started = async (child: ChildProcess, binary: string): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new SluiceError('HAPROXY_MISSING', `cannot start ${binary}`, error)));
    child.once('spawn', () => resolve(child.pid ?? 0));
  });

const exitOfChild = async (child: ChildProcess, pid: number): Promise<HaproxyExit> =>
  new Promise((resolve) => {
    const tell = (code: number | null, signal: string | null): void =>
      resolve({ pid, ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) });
    if (child.exitCode !== null || child.signalCode !== null) tell(child.exitCode, child.signalCode);
    else child.once('exit', tell);
  });

/** A look that fails, as where no file descriptor is left, tells nothing about it: the next one does. */
const mayStillRun = async (pid: number, identity: string): Promise<boolean> =>
  identityOf(pid)
    .catch(() => identity)
    .then((now) => now === identity);

const exitOfStranger = async (pid: number, identity: string | undefined, signal: AbortSignal): Promise<HaproxyExit> => {
  while (identity !== undefined && (await mayStillRun(pid, identity))) {
    if (signal.aborted) return new Promise(() => undefined);
    await sleep(LOOK_EVERY_MS, undefined, { ref: false });
  }
  return { pid };
};
