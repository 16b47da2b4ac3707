import { setImmediate as turn } from 'node:timers/promises';
import { elementsOf, elementsOfList } from './elements.ts';
import { toEntry, type ReadApp } from './entry.ts';
import { toPodEntry } from './pod-entry.ts';

/** Events must not wait longer than this for a big list to be understood. */
const TURN_MS = 8;

/** Each element understood, in turns between which the rest of the program runs. */
const inTurns = async (
  elements: Iterable<unknown>,
  understand: (raw: unknown) => ReadApp,
  signal: AbortSignal,
): Promise<readonly ReadApp[]> => {
  const read: ReadApp[] = [];
  let turnBeganMs = performance.now();
  for (const raw of elements) {
    read.push(understand(raw));
    if (performance.now() - turnBeganMs < TURN_MS) continue;
    await turn();
    signal.throwIfAborted();
    turnBeganMs = performance.now();
  }
  return read;
};

/**
 * Every app of an answer of GET /v2/apps.
 * @throws SyntaxError when it is not such an answer, or is cut off
 */
export const toEntries = async (json: Buffer, signal: AbortSignal): Promise<readonly ReadApp[]> =>
  inTurns(elementsOf(json, 'apps'), toEntry, signal);

/**
 * Every pod of an answer of GET /v2/pods/::status.
 * @throws SyntaxError as above
 */
export const toPodEntries = async (json: Buffer, signal: AbortSignal): Promise<readonly ReadApp[]> =>
  inTurns(elementsOfList(json), toPodEntry, signal);
