import { never } from '../kit/never.ts';
import type { Wait } from '../plan/waiting.ts';

const SHORTEST_MS = 1000;
const LONGEST_MS = 15_000;
/** HAProxy counts whole seconds: a look on the dot may be too early. */
const AFTER_REST_MS = 50;

/** How long until the next look, where it was waited for connections for `waitedMs` already. */
export const pauseMs = (wait: Wait, waitedMs: number): number => {
  switch (wait.kind) {
    case 'replacement':
      return SHORTEST_MS;
    case 'rest':
      return wait.seconds * 1000 + AFTER_REST_MS;
    case 'last-connection':
      // As long again as it has lasted: looks after 1, 2, 4, 8, 16 s, then every 15 s.
      return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, waitedMs));
    default:
      return never(wait);
  }
};
