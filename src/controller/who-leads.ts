import { compare } from '../kit/compare.ts';
import type { KnownPeer } from '../observe/peers.ts';

/** One that may carry rollouts on. */
export interface Candidate {
  /** Its task id, or its host and port. */
  readonly name: string;
  /** When it began, ISO 8601. */
  readonly since: string;
  /** Marathon has found it ill. */
  readonly isIll: boolean;
  /** See Standing. */
  readonly hangs: boolean;
}

/** Of those that work the oldest; one that is ill goes before one that hangs: it does something. undefined: there is none. */
export const whoLeads = (candidates: readonly Candidate[]): string | undefined => {
  const rank = ({ hangs, isIll }: Candidate): number => (hangs ? 2 : 0) + (isIll ? 1 : 0);
  return [...candidates].sort((a, b) => rank(a) - rank(b) || compare(a.since, b.since) || compare(a.name, b.name))[0]?.name;
};

/** What the last looks at a Sluice came to. */
export interface Standing {
  /** It serves by its HAProxy, and carries nothing on. */
  readonly hangs: boolean;
  /** So many looks, the last ones that say anything, say otherwise. */
  readonly against: number;
}

/** A look alone decides nothing: with another leader holds begin anew. */
const LOOKS = 5;

/** A controller that has not come to the end of a look for so long cannot do so. */
const MOST_BEHIND_MS = 30_000;

const WORKS: Standing = { hangs: false, against: 0 };

/** What one look says; undefined: nothing, for whoever is not reached may be cut off from this one alone. */
const hangsNow = ({ kind, behindMs = 0 }: KnownPeer): boolean | undefined => {
  if (kind === undefined) return behindMs > MOST_BEHIND_MS;
  return kind === 'silent' ? true : undefined;
};

export const standingAfter = (before: Standing = WORKS, seen: KnownPeer): Standing => {
  const hangs = hangsNow(seen);
  if (hangs === undefined) return before;
  if (hangs === before.hangs) return { hangs, against: 0 };
  return before.against + 1 >= LOOKS ? { hangs, against: 0 } : { hangs: before.hangs, against: before.against + 1 };
};
