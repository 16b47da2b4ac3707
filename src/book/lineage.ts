import type { Head } from './schema.ts';
import { NEW } from './schema.ts';

/**
 * Marathon has no compare-and-set: two writers may both have read the same book, and the later PUT goes over the earlier one's. So each writing names the
 * one that it was made from, and the versions that Marathon keeps of the app decide, in their order: a writing counts if it was made from the last one that
 * counted before it. Everybody who looks finds the same.
 */

/** What one version of the app holds; `head` undefined: no book. */
export interface Version {
  /** As Marathon has it: a time, and the order. */
  readonly version: string;
  readonly head: Head | undefined;
}

/** The versions that count, each made from the one before it; the last one is the true one. @param versions oldest first; the first is taken to count */
export const lineage = <V extends Version>(versions: readonly V[]): readonly V[] => {
  const counted: V[] = [];
  const seen = new Set<string>();
  for (const version of versions) {
    const { head } = version;
    if (head === undefined) continue;
    const last = counted.at(-1)?.head;
    const isNext =
      last === undefined || head.parent === last.nonce || (head.parent === NEW && !seen.has(head.nonce) && head.revision > last.revision);
    // The same again: an operator has edited the app, or somebody has put back what another one went over.
    if (head.nonce === last?.nonce) counted[counted.length - 1] = version;
    else if (isNext) counted.push(version);
    seen.add(head.nonce);
  }
  return counted;
};
