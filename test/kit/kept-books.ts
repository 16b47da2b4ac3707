import { pino } from 'pino';
import { BookKeeper } from '../../src/book/keeper.ts';
import type { OpenStore } from '../../src/book/store.ts';
import type { Book } from '../../src/rollout/book.ts';
import type { Edit } from '../../src/rollout/edits/edit.ts';
import type { Override } from '../../src/rollout/override.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import type { GroupShares } from '../../src/rollout/shares.ts';

/** Values of a book, whole and plain. */

export const SIGNED = { by: 'ada@edge-1', at: '2026-11-22T20:00:00.000Z' };

export const someShares = (changes: Partial<GroupShares> = {}): GroupShares => ({
  ...SIGNED,
  shares: { '/shop-blue': 75, '/shop-green': 25 },
  closed: [],
  splitBy: 'request',
  ...changes,
});

export const someOverride = (id: string): Override => ({ ...SIGNED, id, kind: 'drain-task', taskId: `task-${id}` });

export const someRollout = (changes: Partial<Rollout> = {}): Rollout => ({
  id: 'r1',
  group: '/shop',
  from: '/shop-blue',
  to: '/shop-green',
  definitions: { '/shop-green': { id: '/shop-green', instances: 3 } },
  options: {
    steps: [5, 100],
    holdSeconds: 60,
    gates: [{ kind: 'requests', min: 100 }],
    surge: 'full',
    instances: 3,
    keepSeconds: 0,
    healthyWithinSeconds: 600,
    drainSeconds: 300,
    atDrainLimit: 'wait',
    splitBy: 'request',
  },
  started: SIGNED,
  state: { phase: 'holding', step: 0, since: SIGNED.at, atRevision: 1, gates: [] },
  history: [{ ...SIGNED, what: 'begun' }],
  ...changes,
});

export const withOverride =
  (id: string): Edit<string> =>
  (book) => ({ book: { ...book, overrides: new Map([...book.overrides, [id, someOverride(id)]]) }, value: id });

/** A keeper with the books that it put in force, in their order. */
export const keeperOf = (open: OpenStore): { readonly keeper: BookKeeper; readonly seen: readonly Book[] } => {
  const seen: Book[] = [];
  const keeper = new BookKeeper({ log: pino({ level: 'silent' }), open, onChange: (book) => void seen.push(book) });
  return { keeper, seen };
};
