import { setTimeout as wait } from 'node:timers/promises';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { messageOf } from '../kit/error.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Picture } from '../picture/picture.ts';

interface InForceParts {
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  /** Names of backends; those that are seen to be as they should are taken out. */
  readonly unseen: Set<string>;
}

const LIMIT_MS = 10_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;

/** Why HAProxy is not yet as it should be in these backends; undefined: it is. */
const whyNotYet = async ({ picture, haproxy }: InForceParts, backends: ReadonlySet<string>): Promise<string | undefined> => {
  if (!picture.mayBeApplied) return 'Marathon was not read yet';
  if (!haproxy.isRunning()) return 'HAProxy is not running';
  const observed = await haproxy.observe({ backends, mapKeys: new Map() });
  const { desired, fingerprint } = picture;
  const missing = [...backends].filter((name) => desired.backends.has(name) && !observed.backends.has(name));
  if (missing.length > 0) return `${missing.join(', ')} will be there after a reload`;
  const plan = makePlan(observed, desired, fingerprint, haproxy.capabilities);
  // A reload that is due for other reasons changes nothing about these.
  if (plan.kind === 'noop' || plan.steps.length === 0) return undefined;
  return `${plan.steps.length} steps are left to do`;
};

/** Waits until HAProxy has what was decided. Resolves to why it has not, after some seconds; undefined: it has. */
export const untilInForce = async (parts: InForceParts): Promise<string | undefined> => {
  const beganMs = performance.now();
  const backends = new Set(parts.unseen);
  for (let pauseMs = FIRST_PAUSE_MS; backends.size > 0; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    // The loop begins its cycle first.
    await wait(pauseMs);
    const because = await whyNotYet(parts, backends).catch(messageOf);
    if (because === undefined) break;
    if (performance.now() - beganMs > LIMIT_MS) return because;
  }
  for (const backend of backends) parts.unseen.delete(backend);
  return undefined;
};
