import type { Logger } from 'pino';
import { sendSignal } from './proc-fs.ts';
import type { HaproxyProcess } from './show-proc.ts';

/** Ends the oldest where more workers than `limit` were replaced and have not ended. `old`: youngest first. */
export const endOldest = (old: readonly HaproxyProcess[], limit: number, log: Logger): void => {
  for (const { pid, uptimeSeconds } of old.slice(limit)) {
    log.warn({ haproxyPid: pid, uptimeSeconds, limit }, 'too many old workers: ending the oldest');
    sendSignal(pid, 'SIGTERM');
  }
};
