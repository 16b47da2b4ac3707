import { setImmediate as turn } from 'node:timers/promises';
import { elementsOf } from './elements.ts';
import { toEntry, type ReadApp } from './entry.ts';

/** Events must not wait longer than this for a big list to be understood. */
const TURN_MS = 8;

/**
 * Every app of an answer of GET /v2/apps, in turns between which the rest of the program runs.
 * @throws SyntaxError when it is not such an answer, or is cut off
 */
export const toEntries = async (json: Buffer, signal: AbortSignal): Promise<readonly ReadApp[]> => {
  const read: ReadApp[] = [];
  let turnBeganMs = performance.now();
  for (const raw of elementsOf(json, 'apps')) {
    read.push(toEntry(raw));
    if (performance.now() - turnBeganMs < TURN_MS) continue;
    await turn();
    signal.throwIfAborted();
    turnBeganMs = performance.now();
  }
  return read;
};
