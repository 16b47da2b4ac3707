import { setTimeout as wait } from 'node:timers/promises';
import type { Haproxy } from '../haproxy/haproxy.ts';
import type { Processes } from '../haproxy/show-proc.ts';

const HAPROXY_SAYS_WITHIN_MS = 1000;

/** HAProxy's processes; undefined: none runs; null where it hangs or ends just now: nobody waits for it. */
export const askProcesses = async (haproxy: Haproxy): Promise<Processes | undefined | null> => {
  const asked = haproxy.workers().catch(() => null);
  return Promise.race([asked, wait(HAPROXY_SAYS_WITHIN_MS, null, { ref: false })]);
};

/** Workers that were replaced and still have connections; null: it is not known. */
export const countOldWorkers = async (haproxy: Haproxy): Promise<number | null> => oldWorkersIn(await askProcesses(haproxy));

export const oldWorkersIn = (processes: Processes | undefined | null): number | null =>
  processes === null ? null : (processes?.old.length ?? 0);
