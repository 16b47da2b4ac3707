/** One line of the master's `show proc`. */
export interface HaproxyProcess {
  readonly pid: number;
  /** For the master: reloads so far, failed ones too. For a worker: reloads since it was started. */
  readonly reloads: number;
  readonly uptimeSeconds: number;
  readonly version: string;
}

export interface Processes {
  /** `failedReloads`: in a row; a good one sets it to 0. 3.2 and later show at most 1. */
  readonly master: HaproxyProcess & { readonly failedReloads: number };
  /** The worker that takes new connections. */
  readonly current: HaproxyProcess | undefined;
  /** Workers that were replaced and still have connections, youngest first. */
  readonly old: readonly HaproxyProcess[];
}

const LINE = /^(\d+)\s+(\w+)\s+(\d+)(?: \[failed: (\d+)\])?\s+(\S+)\s+(\S+)/;

const toSeconds = (uptime: string): number => {
  const [, days, hours, minutes, seconds] = /^(\d+)d(\d+)h(\d+)m(\d+)s$/.exec(uptime) ?? [];
  return Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
};

const byReloads = (a: HaproxyProcess, b: HaproxyProcess): number => a.reloads - b.reloads;

/** Undefined: the text is not an answer to `show proc`. */
export const parseProcesses = (text: string): Processes | undefined => {
  let master: Processes['master'] | undefined;
  let section = '';
  const workers: HaproxyProcess[] = [];
  const old: HaproxyProcess[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) section = line.slice(2).trim();
    const [, pid, type, reloads, failed, uptime, version] = LINE.exec(line) ?? [];
    if (pid === undefined || uptime === undefined || version === undefined) continue;
    const process = { pid: Number(pid), reloads: Number(reloads), uptimeSeconds: toSeconds(uptime), version };
    if (type === 'master') master = { ...process, failedReloads: Number(failed ?? 0) };
    else if (type === 'worker') (section === 'old workers' ? old : workers).push(process);
  }
  if (master === undefined) return undefined;
  old.sort(byReloads);
  // HAProxy 3.2 and 3.4: after a failed reload the worker that still serves is listed under "old workers", and none under "workers".
  const current = workers.sort(byReloads)[0] ?? (master.failedReloads > 0 ? old.shift() : undefined);
  return { master, current, old };
};
