import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError, messageOf } from '../kit/error.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import type { HealthTable, Observed, Scope } from '../plan/observed.ts';
import type { CertificateStep } from '../plan/plan-certificates.ts';
import type { RuntimeStep } from '../plan/plan.ts';
import type { RenderedFile } from '../render/file.ts';
import { accessPipeIn, isAccessPipeHeld, openAccessPipe } from './access-pipe.ts';
import { applyCertificates } from './apply-certificates.ts';
import { applySteps, type ApplyResult } from './apply.ts';
import { askSocket } from './ask-socket.ts';
import { type Binary, findBinary } from './binary.ts';
import { askCapabilities } from './capabilities.ts';
import type { CliSession } from './cli-session.ts';
import { Configuration } from './configuration.ts';
import { Generations } from './generations.ts';
import { HaproxyLog } from './haproxy-log.ts';
import type { HaproxyExit } from './master-process.ts';
import { Master } from './master.ts';
import { type AllCounts, countCurrent, type Counted, countOld, type WorkerCounts } from './count-worker.ts';
import { observeDroppedLogs, observeHealth, observeServers, observeWorker } from './observe.ts';
import { OldWorkers } from './old-workers.ts';
import type { CloseOptions, DeployResult, Expected, HaproxyOptions } from './options.ts';
import { Program } from './program.ts';
import type { Processes } from './show-proc.ts';
import type { ServerTable } from './server-tables.ts';
import { StartStates } from './start-states.ts';
import { dumpStatistics } from './stat-dump.ts';
import { WorkerSession } from './worker-session.ts';

const ANSWER_LIMIT_MS = 10_000;
const SOFT_STOP_LIMIT_MS = 10_000;
const BOUND_LOG_EVERY_MS = 60_000;
const BOUND_OLD_WORKERS_EVERY_MS = 10_000;
const LAST_WORDS = 2000;
/** A look at all workers during which another one took over is taken anew. */
const COUNT_ATTEMPTS = 5;
/** A unix socket's path has at most 107 bytes, and HAProxy first makes 'master.sock.<pid>.tmp'. */
const LONGEST_RUN_DIR = 80;

/**
 * One HAProxy, looked after: started or found, asked, changed by command or by reload. What writes files or starts processes is done one after the
 * other; questions and steps go to the worker that serves, also while a reload is under way: nobody waits for it who need not.
 */
export class Haproxy {
  readonly capabilities: Capabilities;
  readonly #options: HaproxyOptions;
  readonly #log: HaproxyLog;
  readonly #session: WorkerSession;
  readonly #master: Master;
  readonly #configuration: Configuration;
  readonly #oldWorkers: OldWorkers;
  readonly #timers: readonly NodeJS.Timeout[];
  #isBounding = false;
  #queue: Promise<unknown> = Promise.resolve();

  /** Use openHaproxy. */
  constructor(options: HaproxyOptions, binary: Binary, capabilities: Capabilities) {
    const { runDir, log, workersUid, hurry } = options;
    this.#options = options;
    this.capabilities = capabilities;
    const generations = new Generations(runDir);
    this.#log = new HaproxyLog(join(runDir, 'haproxy.log'));
    this.#session = new WorkerSession(join(runDir, 'admin.sock'));
    const openOutput = options.accessLog === true ? async () => this.#openAccessPipe() : undefined;
    const onExit = (exit: HaproxyExit): void => void this.#ended(exit);
    this.#master = new Master({
      binary: binary.path,
      runDir,
      configFile: generations.configFile,
      log: this.#log,
      openOutput,
      onExit,
      workersUid,
      innerSocket: options.innerSocket,
      hurry,
    });
    const startStates = new StartStates(runDir);
    const program = new Program(binary, capabilities, runDir);
    this.#configuration = new Configuration({ program, log, generations, startStates, master: this.#master, hurry });
    this.#oldWorkers = new OldWorkers({ log, limit: options.oldWorkersLimit, memoryLimitBytes: options.oldWorkersMemoryBytes });
    this.#timers = [
      setInterval(() => void this.#boundLog(), BOUND_LOG_EVERY_MS).unref(),
      setInterval(() => void this.#boundOldWorkers(), options.boundOldWorkersEveryMs ?? BOUND_OLD_WORKERS_EVERY_MS).unref(),
    ];
  }

  /** A master runs, ours or found. */
  isRunning(): boolean {
    return this.#master.isRunning;
  }

  /** Finds a master that runs in our directory already. Throws SluiceError HAPROXY_SOCKET when another HAProxy has its sockets there. */
  async find(): Promise<void> {
    return this.#inOrder(async () => this.#find());
  }

  /** Throws SluiceError HAPROXY_NOT_RUNNING when there is none, HAPROXY_SOCKET when it does not answer. */
  async observe(scope: Scope): Promise<Observed> {
    return this.#withSession('may-repeat', async (session) => observeWorker(session, scope));
  }

  /** How the worker in charge sees its servers: a small part of a look at all of it. Throws as `observe` does. */
  async health(): Promise<HealthTable> {
    return this.#withSession('may-repeat', observeHealth);
  }

  /** The servers of these backends, without their connections; a backend that is not there is not in it. Throws as `observe` does. */
  async servers(backends: readonly string[]): Promise<ServerTable> {
    return this.#withSession('may-repeat', async (session) => observeServers(session, backends));
  }

  /** Throws as `observe` does: some steps may have been done then. During a reload they reach the worker that is being replaced, not the new one. */
  async apply(steps: readonly RuntimeStep[]): Promise<ApplyResult> {
    return this.#withSession('once', async (session) => applySteps(session, steps));
  }

  /**
   * Gives the worker in charge other certificates; no reload comes between. Resolves to why one of the steps was refused, and then a reload is
   * needed; undefined: all are in force. Throws SluiceError HAPROXY_SOCKET.
   */
  async applyCertificates(steps: readonly CertificateStep[]): Promise<string | undefined> {
    return this.#inOrder(async () => applyCertificates(async (command) => this.#askOnce(command), steps));
  }

  /**
   * Puts these files in force: starts HAProxy with them or reloads it. Throws ConfigRefused, BindTaken, ReloadFailed (all SluiceErrors);
   * what served before does so after each of them, and its files are the ones that a new start would find.
   */
  async deploy(files: readonly RenderedFile[], expected: Expected): Promise<DeployResult> {
    return this.#inOrder(async () => this.#deploy(files, expected));
  }

  /** What `haproxy -c` says of the '.cfg' files among these, by themselves; nothing is put in force. Throws ConfigRefused, CheckEndless. */
  async check(files: readonly RenderedFile[], limitMs?: number): Promise<void> {
    return this.#inOrder(async () => this.#configuration.check(files, limitMs));
  }

  /** Makes the files on disk those of the present worker after runtime steps, for whatever starts or reloads HAProxy next. */
  async save(files: readonly RenderedFile[]): Promise<void> {
    return this.#inOrder(async () => this.#configuration.save(files));
  }

  /** Somebody has deleted the sockets of a HAProxy that runs: the next deploy makes new ones. Waits for the one that is under way. */
  async lostSockets(): Promise<boolean> {
    return this.#inOrder(async () => this.#master.lacksSockets());
  }

  /** The master, the worker that serves, and those that were replaced. Undefined when no HAProxy runs. */
  async workers(): Promise<Processes | undefined> {
    return this.#master.processes();
  }

  /** Whether a HAProxy that runs was started with the pipe of the access log. To be asked before the pipe is read. */
  async hasAccessPipe(): Promise<boolean> {
    return isAccessPipeHeld(accessPipeIn(this.#options.runDir));
  }

  /** Lines of the access log that the worker in charge has left out since it began, because nobody read the pipe in time. Throws as `observe` does. */
  async droppedLogs(): Promise<{ readonly pid: number; readonly count: number }> {
    return this.#withSession('may-repeat', observeDroppedLogs);
  }

  /**
   * What all workers have counted of some backends. Each is in it that has requests: no reload came between.
   * Throws as `observe` does, also where a replaced worker gives no answer.
   */
  async counts(counted: Counted): Promise<AllCounts> {
    for (let attempt = 1; attempt <= COUNT_ATTEMPTS; attempt += 1) {
      const before = await this.workers();
      const current = await this.#withSession('may-repeat', async (session) => countCurrent(session, counted));
      const old = await this.#countOld(before?.old.map(({ pid }) => pid) ?? [], counted);
      const after = await this.workers();
      if (before?.current?.pid === current.pid && after?.current?.pid === current.pid) return { current, old };
    }
    throw new SluiceError('HAPROXY_SOCKET', 'HAProxy was reloaded again and again while its counters were read');
  }

  /** What `show stat` answers, as it comes: CSV, of megabytes where there are thousands of backends. Throws SluiceError HAPROXY_SOCKET. */
  statistics(): AsyncIterable<string> {
    return dumpStatistics(join(this.#options.runDir, 'admin.sock'));
  }

  /** Replaced workers that were ended before their connections were, since this process began. */
  get endedWorkers(): number {
    return this.#oldWorkers.ended;
  }

  async close({ haproxy, softStopLimitMs = SOFT_STOP_LIMIT_MS }: CloseOptions): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#inOrder(async () => {
      this.#session.close();
      if (haproxy === 'leave') this.#master.leave();
      else await this.#master.stop(softStopLimitMs);
    });
  }

  async #countOld(pids: readonly number[], counted: Counted): Promise<readonly WorkerCounts[]> {
    const all: WorkerCounts[] = [];
    for (const pid of pids) {
      const counts = await countOld(pid, counted, async (command) => this.#master.askWorker(pid, command));
      if (counts !== undefined) all.push(counts);
    }
    return all;
  }

  /** On a connection of its own: a session has a prompt for each line of what comes with a command. */
  async #askOnce(command: string): Promise<string> {
    const { runDir, hurry } = this.#options;
    const patience = { answerMs: ANSWER_LIMIT_MS, refusedMs: ANSWER_LIMIT_MS, isAlive: () => this.isRunning(), hurry };
    return askSocket(join(runDir, 'admin.sock'), command, patience);
  }

  async #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #find(): Promise<void> {
    const pid = await this.#master.find();
    if (pid !== undefined) this.#options.log.info({ haproxyPid: pid }, 'found HAProxy running');
  }

  async #ended(exit: HaproxyExit): Promise<void> {
    this.#session.close();
    const lastWords = (await this.#log.since(0).catch(messageOf)).slice(-LAST_WORDS);
    const { pid: haproxyPid, ...how } = exit;
    this.#options.log.error({ haproxyPid, ...how, lastWords }, 'HAProxy ended');
    this.#options.onExit({ ...exit, lastWords });
  }

  /** To serve without a log is better than not to serve. */
  async #openAccessPipe(): Promise<FileHandle> {
    const { log, runDir } = this.#options;
    try {
      return await openAccessPipe(accessPipeIn(runDir));
    } catch (error) {
      log.error({ err: error }, `HAProxy is started without its access log: ${messageOf(error)}`);
      return open('/dev/null', 'w');
    }
  }

  async #boundLog(): Promise<void> {
    await this.#log
      .bound()
      .catch((error: unknown) => this.#options.log.warn({ err: error }, 'the size of haproxy.log could not be kept in bounds'));
  }

  /** Between reloads too: their memory grows with what is sent on their connections. */
  async #boundOldWorkers(): Promise<void> {
    if (this.#isBounding) return;
    this.#isBounding = true;
    await this.#endOldWorkers();
    this.#isBounding = false;
  }

  async #withSession<T>(repeat: 'may-repeat' | 'once', work: (session: CliSession) => Promise<T>): Promise<T> {
    if (!this.isRunning()) throw new SluiceError('HAPROXY_NOT_RUNNING', `no HAProxy runs in ${this.#options.runDir}`);
    return this.#session.use(repeat, work);
  }

  async #deploy(files: readonly RenderedFile[], expected: Expected): Promise<DeployResult> {
    await this.#find();
    try {
      const result = await this.#configuration.putInForce(files, expected);
      // It would keep the old worker alive for ever.
      this.#session.close();
      return { ...result, pid: await this.#endOldWorkers() };
    } finally {
      await this.#boundLog();
    }
  }

  /** Returns the worker that serves. It is confirmed: what goes wrong here does not make the reload a failed one. */
  async #endOldWorkers(): Promise<number | undefined> {
    const { log } = this.#options;
    try {
      const processes = await this.workers();
      await this.#oldWorkers.bound(processes?.old ?? []);
      return processes?.current?.pid;
    } catch (error) {
      log.warn({ err: error }, 'old workers could not be counted');
      return undefined;
    }
  }
}

/** Throws SluiceError SETTINGS. */
export const assertShort = (runDir: string): void => {
  if (Buffer.byteLength(runDir) <= LONGEST_RUN_DIR) return;
  throw new SluiceError(
    'SETTINGS',
    `the run directory '${runDir}' is longer than ${LONGEST_RUN_DIR} characters, too long for the sockets in it`,
  );
};

/** Finds the program, asks it what it can, and finds a HAProxy that runs already. Starts none: see `deploy`. */
export const openHaproxy = async (options: HaproxyOptions): Promise<Haproxy> => {
  assertShort(options.runDir);
  await mkdir(options.runDir, { recursive: true, mode: 0o700 });
  const binary = await findBinary(options.binary);
  const haproxy = new Haproxy(options, binary, await askCapabilities(binary, options.runDir));
  await haproxy.find();
  return haproxy;
};
