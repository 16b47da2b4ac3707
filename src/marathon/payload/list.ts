import { setImmediate as turn } from 'node:timers/promises';
import { toEntry, type ReadApp } from './entry.ts';

/** Events must not wait longer than this for a big list to be understood. */
const TURN_MS = 8;

/** Every app of a list, in turns between which the rest of the program runs. */
export const toEntries = async (raw: readonly unknown[], signal: AbortSignal): Promise<readonly ReadApp[]> => {
  const read: ReadApp[] = [];
  let turnBeganMs = performance.now();
  for (const one of raw) {
    read.push(toEntry(one));
    if (performance.now() - turnBeganMs < TURN_MS) continue;
    await turn();
    signal.throwIfAborted();
    turnBeganMs = performance.now();
  }
  return read;
};
