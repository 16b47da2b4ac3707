import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { SluiceError } from '../kit/error.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import type { Observed, Scope } from '../plan/observed.ts';
import type { RuntimeStep } from '../plan/plan.ts';
import type { RenderedFile } from '../render/file.ts';
import { applySteps, type ApplyResult } from './apply.ts';
import { findBinary } from './binary.ts';
import { checkBinds, listenersIn, type Listener } from './bind-check.ts';
import { askCapabilities } from './capabilities.ts';
import { checkConfig } from './check.ts';
import type { CliSession } from './cli-session.ts';
import type { Diagnostic } from './diagnostics.ts';
import { findMaster } from './find-master.ts';
import { Generations } from './generations.ts';
import { HaproxyLog } from './haproxy-log.ts';
import { MasterProcess, type HaproxyExit } from './master-process.ts';
import { observeWorker } from './observe.ts';
import { confirmStart, reload, showProc, type Running } from './reload.ts';
import type { Processes } from './show-proc.ts';
import { startThem, type ServerName } from './start-down.ts';
import { WorkerSession } from './worker-session.ts';

export interface HaproxyOptions {
  /** Path or name of the program. */
  readonly binary: string;
  /** Absolute; sockets, generations of files, log. The config must have `stats socket <runDir>/admin.sock mode 600 level admin`. */
  readonly runDir: string;
  readonly log: Logger;
  /** More replaced workers than this that have not ended: the oldest are ended after a reload. */
  readonly oldWorkersLimit: number;
  /** The master ended and nobody had asked for it. `lastWords`: the end of what it printed. */
  readonly onExit: (exit: HaproxyExit & { readonly lastWords: string }) => void;
}

export interface Expected {
  /** In the files: `description sluice-<fingerprint>`. */
  readonly fingerprint: string;
  /** All that the files listen on. */
  readonly binds: readonly Listener[];
  /** Servers that are to be down until their first good check, where HAProxy has no init-state. */
  readonly startDown?: readonly ServerName[];
}

export interface DeployResult {
  readonly kind: 'started' | 'reloaded';
  /** The worker that serves now. */
  readonly pid: number | undefined;
  /** From the order to the confirmation; without check and files. */
  readonly tookMs: number;
  readonly warnings: readonly Diagnostic[];
}

export interface CloseOptions {
  /** stop: existing connections may end, then HAProxy does. leave: HAProxy goes on, to be found by the next Sluice. */
  readonly haproxy: 'stop' | 'leave';
  /** stop: how long connections may take. */
  readonly softStopLimitMs?: number;
}

const LEAST_RELOAD_LIMIT_MS = 10_000;
const SOFT_STOP_LIMIT_MS = 10_000;
const BOUND_LOG_EVERY_MS = 60_000;

/** One HAProxy, looked after: started or found, asked, changed by command or by reload. Calls are done one after the other. */
export class Haproxy {
  readonly capabilities: Capabilities;
  readonly #options: HaproxyOptions;
  readonly #binary: string;
  readonly #generations: Generations;
  readonly #log: HaproxyLog;
  readonly #session: WorkerSession;
  readonly #logTimer: NodeJS.Timeout;
  #running: Running | undefined;
  #lastReloadMs = 0;
  #closing = false;
  #queue: Promise<unknown> = Promise.resolve();

  /** Use openHaproxy. */
  constructor(options: HaproxyOptions, binary: string, capabilities: Capabilities) {
    this.#options = options;
    this.#binary = binary;
    this.capabilities = capabilities;
    this.#generations = new Generations(options.runDir);
    this.#log = new HaproxyLog(join(options.runDir, 'haproxy.log'));
    this.#session = new WorkerSession(join(options.runDir, 'admin.sock'));
    this.#logTimer = setInterval(() => void this.#inOrder(async () => this.#log.bound()), BOUND_LOG_EVERY_MS).unref();
  }

  /** A master runs, ours or found. */
  isRunning(): boolean {
    return this.#running?.process.isAlive === true;
  }

  /** Finds a master that runs in our directory already. Throws SluiceError HAPROXY_SOCKET when another HAProxy has its sockets there. */
  async find(): Promise<void> {
    return this.#inOrder(async () => this.#find());
  }

  /** Throws SluiceError HAPROXY_NOT_RUNNING when there is none, HAPROXY_SOCKET when it does not answer. */
  async observe(scope: Scope): Promise<Observed> {
    return this.#inOrder(async () => this.#withSession('may-repeat', async (session) => observeWorker(session, scope)));
  }

  /** Throws as `observe` does: some steps may have been done then. */
  async apply(steps: readonly RuntimeStep[]): Promise<ApplyResult> {
    return this.#inOrder(async () => this.#withSession('once', async (session) => applySteps(session, steps, this.capabilities)));
  }

  /**
   * Puts these files in force: starts HAProxy with them or reloads it. Throws ConfigRefused, BindTaken, ReloadFailed (all SluiceErrors);
   * what served before does so after each of them, and its files are the ones that a new start would find.
   */
  async deploy(files: readonly RenderedFile[], expected: Expected): Promise<DeployResult> {
    return this.#inOrder(async () => this.#deploy(files, expected));
  }

  /** Makes the files on disk those of the present worker after runtime steps, for whatever starts or reloads HAProxy next. */
  async save(files: readonly RenderedFile[]): Promise<void> {
    return this.#inOrder(async () => {
      if (await this.#generations.holds(files)) return;
      await this.#generations.use(await this.#generations.stage(files));
      await this.#generations.prune();
    });
  }

  /** The master, the worker that serves, and those that were replaced. Undefined when no HAProxy runs. */
  async workers(): Promise<Processes | undefined> {
    return this.isRunning() && this.#running !== undefined ? showProc(this.#running) : undefined;
  }

  async close({ haproxy, softStopLimitMs = SOFT_STOP_LIMIT_MS }: CloseOptions): Promise<void> {
    this.#closing = true;
    clearInterval(this.#logTimer);
    await this.#inOrder(async () => {
      this.#session.close();
      const process = this.#running?.process;
      if (process === undefined) return;
      if (haproxy === 'leave') process.unwatch();
      else await process.stop(softStopLimitMs);
    });
  }

  async #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #find(): Promise<void> {
    if (this.isRunning()) return;
    const pid = await findMaster(this.#options.runDir, this.#generations.configFile);
    if (pid === undefined) return;
    this.#runs(await MasterProcess.adopt(pid));
    this.#options.log.info({ pid }, 'found HAProxy running');
  }

  #runs(process: MasterProcess): Running {
    const { runDir } = this.#options;
    this.#running = { process, log: this.#log, masterSocket: masterSocketIn(runDir), workerSocket: join(runDir, 'admin.sock') };
    void process.exit.then(async (exit) => this.#ended(process, exit));
    return this.#running;
  }

  async #ended(process: MasterProcess, exit: HaproxyExit): Promise<void> {
    if (this.#running?.process !== process) return;
    this.#running = undefined;
    this.#session.close();
    if (this.#closing) return;
    const lastWords = (await this.#log.since(0)).slice(-2000);
    this.#options.log.error(exit, 'HAProxy ended');
    this.#options.onExit({ ...exit, lastWords });
  }

  async #withSession<T>(repeat: 'may-repeat' | 'once', work: (session: CliSession) => Promise<T>): Promise<T> {
    if (!this.isRunning()) throw new SluiceError('HAPROXY_NOT_RUNNING', `no HAProxy runs in ${this.#options.runDir}`);
    return this.#session.use(repeat, work);
  }

  async #deploy(files: readonly RenderedFile[], expected: Expected): Promise<DeployResult> {
    await this.#find();
    const generation = await this.#generations.stage(files);
    try {
      const warnings = await checkConfig(this.#binary, this.#generations.configFileOf(generation));
      await checkBinds(expected.binds, await this.#held());
      return { ...(await this.#switchTo(generation, expected)), warnings };
    } finally {
      await this.#generations.prune();
      await this.#log.bound();
    }
  }

  /** What our HAProxy listens on: its files say it, and they are what it was last started or reloaded with. */
  async #held(): Promise<readonly Listener[]> {
    return this.isRunning() ? listenersIn(await readFile(this.#generations.configFile, 'utf8')) : [];
  }

  async #switchTo(generation: string, expected: Expected): Promise<Omit<DeployResult, 'warnings'>> {
    const before = await this.#generations.current();
    await this.#generations.use(generation);
    const began = performance.now();
    let kind: DeployResult['kind'];
    try {
      kind = await this.#startOrReload(expected.fingerprint);
    } catch (error) {
      await this.#generations.use(before);
      throw error;
    }
    const tookMs = performance.now() - began;
    if (kind === 'reloaded') this.#lastReloadMs = tookMs;
    await this.#welcome(expected.startDown ?? []);
    return { kind, pid: await this.#endOldWorkers(), tookMs };
  }

  async #startOrReload(fingerprint: string): Promise<DeployResult['kind']> {
    const limitMs = Math.max(LEAST_RELOAD_LIMIT_MS, 10 * this.#lastReloadMs);
    // It would keep the old worker alive for ever.
    this.#session.close();
    if (this.#running !== undefined && this.isRunning()) {
      await reload(this.#running, fingerprint, limitMs);
      return 'reloaded';
    }
    await this.#start(fingerprint, limitMs);
    return 'started';
  }

  async #start(fingerprint: string, limitMs: number): Promise<void> {
    const logSize = await this.#log.size();
    const args = ['-W', '-S', `${masterSocketIn(this.#options.runDir)},mode,600,level,admin`, '-f', this.#generations.configFile];
    const process = await MasterProcess.start(this.#binary, args, this.#log);
    this.#running = undefined;
    const running: Running = {
      process,
      log: this.#log,
      masterSocket: masterSocketIn(this.#options.runDir),
      workerSocket: join(this.#options.runDir, 'admin.sock'),
    };
    await confirmStart(running, fingerprint, limitMs, logSize);
    this.#runs(process);
  }

  async #welcome(startDown: readonly ServerName[]): Promise<void> {
    if (startDown.length === 0 || this.capabilities.initState) return;
    const unknown = await this.#withSession('may-repeat', async (session) => startThem(session, startDown));
    if (unknown.length > 0) this.#options.log.warn({ servers: unknown.slice(0, 10) }, 'servers could not be told to start down');
  }

  /** Returns the worker that serves. */
  async #endOldWorkers(): Promise<number | undefined> {
    const processes = await this.workers();
    for (const { pid, uptimeSeconds } of processes?.old.slice(this.#options.oldWorkersLimit) ?? []) {
      this.#options.log.warn({ pid, uptimeSeconds, limit: this.#options.oldWorkersLimit }, 'too many old workers: ending the oldest');
      process.kill(pid, 'SIGTERM');
    }
    return processes?.current?.pid;
  }
}

const masterSocketIn = (runDir: string): string => join(runDir, 'master.sock');

/** Finds the program, asks it what it can, and finds a HAProxy that runs already. Starts none: see `deploy`. */
export const openHaproxy = async (options: HaproxyOptions): Promise<Haproxy> => {
  await mkdir(options.runDir, { recursive: true, mode: 0o700 });
  const binary = await findBinary(options.binary);
  const haproxy = new Haproxy(options, binary.path, await askCapabilities(binary, options.runDir));
  await haproxy.find();
  return haproxy;
};
