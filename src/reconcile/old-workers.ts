import { setTimeout as wait } from 'node:timers/promises';
import type { Haproxy } from '../haproxy/haproxy.ts';

const HAPROXY_SAYS_WITHIN_MS = 1000;

/** Workers that were replaced and still have connections; null where HAProxy hangs or ends just now: nobody waits for it. */
export const countOldWorkers = async (haproxy: Haproxy): Promise<number | null> => {
  const asked = haproxy.workers().then(
    (workers) => workers?.old.length ?? 0,
    () => null,
  );
  return Promise.race([asked, wait(HAPROXY_SAYS_WITHIN_MS, null, { ref: false })]);
};
