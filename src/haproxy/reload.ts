import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '../kit/error.ts';
import { askSocket, MASTER_BUSY_LIMIT_MS } from './ask-socket.ts';
import { describeDiagnostic, parseDiagnostics, type Diagnostic } from './diagnostics.ts';
import type { HaproxyLog } from './haproxy-log.ts';
import type { MasterProcess } from './master-process.ts';
import { parseInfo, type WorkerInfo } from './show-info.ts';
import { parseProcesses, type Processes } from './show-proc.ts';

/** A master and where to talk to it. */
export interface Running {
  readonly process: MasterProcess;
  readonly masterSocket: string;
  readonly workerSocket: string;
  readonly log: HaproxyLog;
  /** How long its sockets may not be there. */
  readonly missingMs: number;
  readonly hurry: AbortSignal | undefined;
}

/** HAProxy took the configuration in `-c`, but did not start with it. What served before still does. */
class ReloadFailed extends SluiceError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(what: string, output: string) {
    const diagnostics = parseDiagnostics(output);
    const alerts = diagnostics.filter(({ severity }) => severity === 'alert').map(describeDiagnostic);
    super('HAPROXY_RELOAD_FAILED', `${what}: ${alerts.join('; ') || output.trim().slice(-500)}`);
    this.diagnostics = diagnostics;
  }
}

const POLL_MS = 10;
/** A reload that came while another one ran, not ours, is lost: asked again. */
const ATTEMPTS = 3;

const ask = async (running: Running, socket: string, command: string, answerMs: number): Promise<string> =>
  askSocket(socket, command, {
    answerMs,
    refusedMs: MASTER_BUSY_LIMIT_MS,
    missingMs: running.missingMs,
    isAlive: () => running.process.isAlive,
    hurry: running.hurry,
  });

/** The answer may be empty or cut where a reload came between. Throws SluiceError HAPROXY_SOCKET. */
export const askMaster = async (running: Running, command: string): Promise<string> =>
  ask(running, running.masterSocket, command, MASTER_BUSY_LIMIT_MS);

/** Answers cut by a reload are asked for again. Throws SluiceError HAPROXY_SOCKET. */
const askUntil = async <T>(running: Running, socket: string, command: string, parse: (text: string) => T | undefined): Promise<T> => {
  const deadline = performance.now() + MASTER_BUSY_LIMIT_MS;
  while (performance.now() < deadline && running.hurry?.aborted !== true) {
    const value = parse(await ask(running, socket, command, MASTER_BUSY_LIMIT_MS));
    if (value !== undefined) return value;
    await sleep(POLL_MS);
  }
  throw new SluiceError('HAPROXY_SOCKET', `HAProxy gives no answer to '${command}' on ${socket}`);
};

export const showProc = async (running: Running): Promise<Processes> =>
  askUntil(running, running.masterSocket, 'show proc', parseProcesses);

const showInfo = async (running: Running): Promise<WorkerInfo> => askUntil(running, running.workerSocket, 'show info', parseInfo);

type Progress = 'new-worker' | 'not-yet' | 'lost';

/** Where a reload is that began when `before` was. Throws ReloadFailed. */
const progressOf = async (running: Running, before: Processes, fingerprint: string, logSize: number): Promise<Progress> => {
  const now = await showProc(running);
  if (now.master.reloads === before.master.reloads) return 'not-yet';
  if (now.master.failedReloads > 0) throw new ReloadFailed('HAProxy did not reload', await running.log.since(logSize));
  const worker = await showInfo(running);
  if (worker.stopping || worker.pid === before.current?.pid) return 'not-yet';
  return worker.fingerprint === fingerprint ? 'new-worker' : 'lost';
};

const attempt = async (running: Running, fingerprint: string, limitMs: number): Promise<Progress> => {
  const deadline = performance.now() + limitMs;
  const logSize = await running.log.size();
  const before = await showProc(running);
  // 2.7 and later answer when the new worker runs; 2.6 closes the connection at once. Both are looked at until they are where they should be.
  const answer = await ask(running, running.masterSocket, 'reload', limitMs);
  if (answer.startsWith('Success=0')) throw new ReloadFailed('HAProxy did not reload', answer);
  for (;;) {
    const progress = await progressOf(running, before, fingerprint, logSize);
    if (progress !== 'not-yet' || performance.now() > deadline || running.hurry?.aborted === true) return progress;
    await sleep(POLL_MS);
  }
};

/**
 * Reloads and waits until a new worker serves with this fingerprint. Throws ReloadFailed, or SluiceError HAPROXY_SOCKET.
 * A session to the old worker keeps that alive: it must be closed afterwards.
 */
export const reload = async (running: Running, fingerprint: string, limitMs: number): Promise<void> => {
  for (let count = 1; count <= ATTEMPTS; count += 1) {
    if ((await attempt(running, fingerprint, limitMs)) === 'new-worker') return;
    if (running.hurry?.aborted === true) throw new ReloadFailed('HAProxy was not given the time to reload', '');
  }
  throw new ReloadFailed(`HAProxy was asked ${ATTEMPTS} times to reload and did not`, '');
};

/** undefined: nobody answers just now, as while its socket is still to be made, or where it has failed to start. */
const workerThere = async ({ workerSocket, hurry }: Running, answerMs: number): Promise<WorkerInfo | undefined> => {
  const once = { answerMs, refusedMs: 0, isAlive: () => false, hurry };
  return parseInfo(await askSocket(workerSocket, 'show info', once).catch(() => ''));
};

/**
 * The same for a master whose own socket was deleted: a signal reloads it, too, and it makes a new socket then (all versions).
 * Why it failed can be read only in its log.
 */
export const reloadBySignal = async (running: Running, fingerprint: string, limitMs: number): Promise<void> => {
  const deadline = performance.now() + limitMs;
  const logSize = await running.log.size();
  const before = await workerThere(running, limitMs);
  running.process.signal('SIGUSR2');
  while (performance.now() < deadline && running.hurry?.aborted !== true) {
    const { master, current } = await showProc({ ...running, missingMs: limitMs });
    if (master.failedReloads > 0) throw new ReloadFailed('HAProxy did not reload', await running.log.since(logSize));
    const worker = await workerThere(running, limitMs);
    if (worker?.fingerprint === fingerprint && worker.pid === current?.pid && worker.pid !== before?.pid) return;
    await sleep(POLL_MS);
  }
  throw new ReloadFailed('HAProxy, whose sockets were deleted, did not reload in time', await running.log.since(logSize));
};

/** False: it ended, or its time is over. */
const comesUp = async (running: Running, fingerprint: string, limitMs: number): Promise<boolean> => {
  const deadline = performance.now() + limitMs;
  while (running.process.isAlive && performance.now() < deadline && running.hurry?.aborted !== true) {
    // A worker of an earlier master may still be on its way out.
    const worker = await showInfo(running);
    if (worker.fingerprint === fingerprint && (await showProc(running)).current?.pid === worker.pid) return true;
    await sleep(POLL_MS);
  }
  return false;
};

/** Waits until the worker of a master that was just started serves with this fingerprint. Ends the master where it does not. */
export const confirmStart = async (running: Running, fingerprint: string, limitMs: number, logSize: number): Promise<void> => {
  const outcome = await comesUp(running, fingerprint, limitMs).catch((error: unknown) => ({ error }));
  if (outcome === true) return;
  const mayBeAsked = running.process.isAlive;
  await running.process.kill();
  // Who ended before it could answer has said why.
  if (outcome !== false && mayBeAsked) throw outcome.error;
  throw new ReloadFailed('HAProxy did not start', await running.log.since(logSize));
};
