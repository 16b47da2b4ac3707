import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import type { Decider } from '../../src/book/decider.ts';
import { type Edition, NOTHING_WRITTEN } from '../../src/book/edition.ts';
import { BookKeeper } from '../../src/book/keeper.ts';
import type { Inventory } from '../../src/rollout/edits/inventory.ts';
import type { Member } from '../../src/rollout/members.ts';
import type { Views } from '../../src/report/views.ts';
import { askApi } from '../kit/ask-api.ts';
import { openApiFor } from '../kit/open-api.ts';

const aMember = (colour: string): Member => ({ appId: `/shop-${colour}`, colour, instances: 2, running: 2, healthy: 2 });

const GROUPS = new Map([['/shop', [aMember('blue'), aMember('green')]]]);

const INVENTORY: Inventory = {
  tasks: new Map(['t1', 't2'].map((id) => [id, { appId: '/shop-blue', host: 'agent-1' }])),
  appIds: new Set(['/shop-blue', '/shop-green']),
  groups: GROUPS,
  tasksAt: () => [],
  served: () => new Set(),
  carriers: () => [],
};

/** Decides into a book that is in memory alone. */
const deciderOver = (keeper: BookKeeper): Pick<Decider, 'groups' | 'inventory' | 'decide'> => ({
  groups: () => GROUPS,
  inventory: () => INVENTORY,
  decide: async (edit, byHand) => keeper.edit(edit, byHand),
});

/** Lines of the log about this. */
const told = (lines: readonly string[]): readonly unknown[] =>
  lines
    .map((line) => JSON.parse(line) as { msg: string; what: string; by: string; reason?: string; revision: number })
    .flatMap(({ msg, what, by, reason, revision }) => (msg === 'decided by hand' ? [[revision, what, by, reason]] : []));

test('each decision by hand is in the log, with who and why, also what is undone', async (t) => {
  const lines: string[] = [];
  const keeper = new BookKeeper({
    log: pino({}, { write: (line: string) => lines.push(line) }),
    open: () => ({
      name: 'memory',
      write: async (_base, book): Promise<Edition> => Promise.resolve({ ...NOTHING_WRITTEN, book }),
      problems: () => [],
      close: () => undefined,
    }),
    onChange: () => undefined,
  });
  const { folder } = await openApiFor(t, { views: () => ({ decider: deciderOver(keeper) }) as Views });
  const ask = async (method: string, path: string, body: object): Promise<number> => {
    const asked = { method, headers: { 'content-type': 'application/json' }, content: JSON.stringify({ by: 'ada', ...body }) };
    return (await askApi(folder, path, asked)).status;
  };

  const done = [
    await ask('POST', '/v2/overrides', { kind: 'drain', of: 't1', reason: 'looks odd' }),
    await ask('POST', '/v2/overrides', { kind: 'weight', of: 't2', weight: 5 }),
    await ask('DELETE', '/v2/overrides', { kind: 'drain', of: 't1', reason: 'mended' }),
    await ask('DELETE', '/v2/overrides', { kind: 'drain', of: 't1' }),
    await ask('DELETE', '/v2/overrides/weight:t2', { by: 'bob' }),
    await ask('PUT', '/v2/shares/shop', { shares: { green: 25 } }),
    await ask('POST', '/v2/switch/shop', { to: 'green' }),
    await ask('DELETE', '/v2/shares/shop', { by: 'bob', reason: 'back to zdd' }),
    await ask('DELETE', '/v2/shares/shop', {}),
  ];
  assert.deepEqual(done, [200, 200, 200, 404, 200, 200, 200, 200, 200]);
  assert.deepEqual(told(lines), [
    [1, 'drain of t1 ordered', 'ada', 'looks odd'],
    [2, 'weight of t2 ordered: 5', 'ada', undefined],
    [3, 'drain of t1 undone', 'ada', 'mended'],
    [4, 'weight:t2 undone', 'bob', undefined],
    [5, 'shares of /shop set: green 25 %', 'ada', undefined],
    [6, 'all of /shop switched to green', 'ada', undefined],
    [7, 'shares of /shop cleared', 'bob', 'back to zdd'],
  ]);
});
