import type { MarathonEvent } from '../events/event.ts';
import type { World } from '../world.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const ASK_EVERY_MS = 5;

/** Resolves when a condition holds. @throws with the sentence when it does not in time */
export async function waitUntil(
  world: World,
  sentence: string,
  isTrue: () => boolean,
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
): Promise<void> {
  if (isTrue()) return;
  await new Promise<void>((resolve, reject) => {
    // Called in the middle of publishing: what the condition throws belongs to who waits, not to who publishes.
    const ask = (): void => {
      try {
        if (isTrue()) end(resolve);
      } catch (error) {
        end(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    };
    const unsubscribe = world.bus.subscribe(ask);
    // Not of the world's clock: that one is silenced by close(), and then nobody would be told.
    const asking = setInterval(ask, ASK_EVERY_MS);
    const timer = setTimeout(() => end(() => reject(new Error(`did not happen within ${timeoutMs} ms: ${sentence}`))), timeoutMs);
    const end = (settle: () => void): void => {
      unsubscribe();
      clearInterval(asking);
      clearTimeout(timer);
      settle();
    };
  });
}

export async function waitForDeployment(world: World, id: string, timeoutMs?: number): Promise<'success' | 'cancelled'> {
  if (!world.deployments.has(id) && !world.outcomes.has(id)) throw new Error(`there is no deployment ${id}`);
  await waitUntil(world, `deployment ${id} ends`, () => world.outcomes.has(id), timeoutMs);
  return world.outcomes.get(id) ?? 'cancelled';
}

export async function waitForEvents(
  world: World,
  isEnough: (events: readonly MarathonEvent[]) => boolean,
  timeoutMs?: number,
): Promise<readonly MarathonEvent[]> {
  await waitUntil(world, 'the events come', () => isEnough(world.bus.recorded), timeoutMs);
  return [...world.bus.recorded];
}
