import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until the answer is not undefined or false, and gives it back. Errors on the way are kept for the message.
 * Fails when it took longer than anybody should wait: that is a broken test, not a slow machine.
 */
export const waitFor = async <T>(what: string, ask: () => T | Promise<T>, limitMs = 60_000): Promise<NonNullable<Exclude<T, false>>> => {
  const deadline = performance.now() + limitMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      last = answer;
      if (answer !== undefined && answer !== false && answer !== null) return answer as NonNullable<Exclude<T, false>>;
    } catch (error) {
      last = error;
    }
    await wait(20);
  }
  throw new Error(`waited ${limitMs} ms for: ${what}; last seen: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
};
