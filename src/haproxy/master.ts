import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '../kit/error.ts';
import { isListening } from './admin-socket.ts';
import { MASTER_BUSY_LIMIT_MS } from './ask-socket.ts';
import { findMaster, masterArguments, SOCKETS_MISSING_MS } from './find-master.ts';
import type { HaproxyLog } from './haproxy-log.ts';
import { MasterProcess, type HaproxyExit, type OpenOutput } from './master-process.ts';
import type { DeployResult } from './options.ts';
import { askMaster, confirmStart, reload, reloadBySignal, showProc, type Running } from './reload.ts';
import type { Processes } from './show-proc.ts';

export interface MasterOptions {
  readonly binary: string;
  readonly runDir: string;
  /** What HAProxy is started with, and reads again at each reload. */
  readonly configFile: string;
  readonly log: HaproxyLog;
  /** Standard output of one that is started; undefined: `log`, as standard error. */
  readonly openOutput: OpenOutput | undefined;
  /** It ended, and `stop` had not been called. */
  readonly onExit: (exit: HaproxyExit) => void;
  /** As whom its workers serve, where not as this process. */
  readonly workersUid: number | undefined;
  /** As in HaproxyOptions. */
  readonly innerSocket: string | undefined;
  /** Aborted: a master that gives no answer is not waited for. */
  readonly hurry: AbortSignal | undefined;
}

const LEAST_RELOAD_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 50;

const isMissing = async (socket: string): Promise<boolean> => {
  const deadline = performance.now() + SOCKETS_MISSING_MS;
  while (!existsSync(socket)) {
    if (performance.now() > deadline) return true;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
};

/** The master in a run directory, if there is one: found or started, reloaded, asked for its workers, stopped or left alone. */
export class Master {
  readonly #options: MasterOptions;
  #running: Running | undefined;
  #lastReloadMs = 0;

  constructor(options: MasterOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running?.process.isAlive === true;
  }

  /** It runs, and a socket of its worker was deleted: nobody can talk to it, or its own parts do not meet. */
  async lacksWorkersSockets(): Promise<boolean> {
    const { innerSocket } = this.#options;
    if (!this.isRunning || this.#running === undefined) return false;
    return (innerSocket !== undefined && !existsSync(innerSocket)) || !(await isListening(this.#running.workerSocket));
  }

  /** The same of any of its sockets. */
  async lacksSockets(): Promise<boolean> {
    return (this.isRunning && this.#running !== undefined && !existsSync(this.#running.masterSocket)) || (await this.lacksWorkersSockets());
  }

  /** Looks for one that runs already; undefined: none does, or we have it. Throws SluiceError HAPROXY_SOCKET when it is not Sluice's. */
  async find(): Promise<number | undefined> {
    if (this.isRunning) return undefined;
    const { runDir, configFile, hurry, workersUid } = this.#options;
    const pid = await findMaster(runDir, configFile, { hurry, workersUid });
    if (pid !== undefined) this.#watch(await MasterProcess.adopt(pid));
    return pid;
  }

  /** Returns when a worker serves with this fingerprint. Throws SluiceError HAPROXY_RELOAD_FAILED with what HAProxy said. */
  async startOrReload(fingerprint: string): Promise<Pick<DeployResult, 'kind' | 'tookMs'>> {
    const limitMs = Math.max(LEAST_RELOAD_LIMIT_MS, 10 * this.#lastReloadMs);
    const began = performance.now();
    if (this.#running === undefined) {
      await this.#start(fingerprint, limitMs);
      return { kind: 'started', tookMs: performance.now() - began };
    }
    await ((await isMissing(this.#running.masterSocket)) ? reloadBySignal : reload)(this.#running, fingerprint, limitMs);
    this.#lastReloadMs = performance.now() - began;
    return { kind: 'reloaded', tookMs: this.#lastReloadMs };
  }

  /** Undefined when none runs. Waits while it reloads. */
  async processes(): Promise<Processes | undefined> {
    return this.#running === undefined ? undefined : showProc(this.#running);
  }

  /** What this worker answers, one that was replaced too. Empty or cut where a reload came between. Throws SluiceError HAPROXY_SOCKET. */
  async askWorker(pid: number, command: string): Promise<string> {
    if (this.#running === undefined) throw new SluiceError('HAPROXY_NOT_RUNNING', `no HAProxy runs in ${this.#options.runDir}`);
    return askMaster(this.#running, `@!${pid} ${command}`);
  }

  /** Lets connections end for this long, then ends it. */
  async stop(softLimitMs: number): Promise<void> {
    await this.#release()?.stop(softLimitMs);
  }

  /** It goes on without us. */
  leave(): void {
    this.#release()?.unwatch();
  }

  #release(): MasterProcess | undefined {
    const process = this.#running?.process;
    this.#running = undefined;
    return process;
  }

  #runningAs(process: MasterProcess, missingMs: number): Running {
    const { runDir, log, hurry } = this.#options;
    return { process, log, masterSocket: join(runDir, 'master.sock'), workerSocket: join(runDir, 'admin.sock'), missingMs, hurry };
  }

  #watch(process: MasterProcess): void {
    this.#running = this.#runningAs(process, SOCKETS_MISSING_MS);
    void process.exit.then((exit) => {
      if (this.#running?.process !== process) return;
      this.#running = undefined;
      this.#options.onExit(exit);
    });
  }

  async #start(fingerprint: string, limitMs: number): Promise<void> {
    const { binary, runDir, configFile, log, openOutput } = this.#options;
    const logSize = await log.size();
    const process = await MasterProcess.start(binary, masterArguments(runDir, configFile), log, openOutput);
    await confirmStart(this.#runningAs(process, MASTER_BUSY_LIMIT_MS), fingerprint, limitMs, logSize);
    this.#watch(process);
  }
}
