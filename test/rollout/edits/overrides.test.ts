import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefusal, type Refusal } from '../../../src/rollout/refusal.ts';
import type { Inventory } from '../../../src/rollout/edits/inventory.ts';
import { clearOverride, type OverrideAsked, setOverride, undoOverride } from '../../../src/rollout/edits/overrides.ts';
import type { Override } from '../../../src/rollout/override.ts';
import { aBook } from '../../kit/books.ts';
import { SIGNED, someOverride } from '../../kit/kept-books.ts';

const member = (colour: string): { appId: string; colour: string; instances: number; running: number; healthy: number } => ({
  ...{ appId: `/shop-${colour}`, colour },
  ...{ instances: 1, running: 1, healthy: 1 },
});

const TASKS = new Map([
  ['shop-blue.1a2b', { appId: '/shop-blue', host: 'agent-1' }],
  ['shop-blue.1c3d', { appId: '/shop-blue', host: 'agent-2' }],
  ['shop-green.9f', { appId: '/shop-green', host: 'agent-2' }],
  ['pay.77', { appId: '/pay', host: 'agent-3' }],
]);

const INVENTORY: Inventory = {
  tasks: TASKS,
  appIds: new Set(['/shop-blue', '/shop-green', '/pay']),
  groups: new Map([['/shop', [member('blue'), member('green')]]]),
  served: (appIds) => new Set([...TASKS].filter(([, { appId }]) => appIds.includes(appId)).map(([id]) => id)),
  tasksAt: (server) => (server === '10_0_0_3_31000' ? ['pay.77'] : []),
  carriers: ([appId]) => [
    { backend: 'b', balance: appId === '/pay' ? 'source' : 'roundrobin', mode: 'http', takesWeights: appId !== '/pay' },
  ],
};

const set = (asked: OverrideAsked, book = aBook()): Override | Refusal => {
  const edited = setOverride(asked, SIGNED, INVENTORY)(book);
  if (isRefusal(edited)) return edited;
  assert.equal(edited.book.overrides.get(edited.value.override.id), edited.value.override);
  return edited.value.override;
};

describe('an order by hand', () => {
  const taken: readonly (readonly [asked: OverrideAsked, override: object])[] = [
    [
      { kind: 'weight', of: 'shop-green.9f', weight: 10 },
      { id: 'weight:shop-green.9f', kind: 'weight', taskId: 'shop-green.9f', weight: 10 },
    ],
    [
      { kind: 'weight', of: '/shop/shop-g', weight: 0 },
      { id: 'weight:shop-green.9f', kind: 'weight', taskId: 'shop-green.9f', weight: 0 },
    ],
    [
      { kind: 'drain', of: 'shop-blue.1a' },
      { id: 'drain-task:shop-blue.1a2b', kind: 'drain-task', taskId: 'shop-blue.1a2b' },
    ],
    [
      { kind: 'drain', of: '/shop-green/s' },
      { id: 'drain-task:shop-green.9f', kind: 'drain-task', taskId: 'shop-green.9f' },
    ],
    [
      { kind: 'drain', of: '10_0_0_3_31000' },
      { id: 'drain-task:pay.77', kind: 'drain-task', taskId: 'pay.77' },
    ],
    [
      { kind: 'drain', of: 'agent-2' },
      { id: 'drain-agent:agent-2', kind: 'drain-agent', host: 'agent-2' },
    ],
    [
      { kind: 'drain', of: 'shop-green/s' },
      { id: 'drain-task:shop-green.9f', kind: 'drain-task', taskId: 'shop-green.9f' },
    ],
    [
      { kind: 'weight', of: 'shop//shop-g', weight: 3 },
      { id: 'weight:shop-green.9f', kind: 'weight', taskId: 'shop-green.9f', weight: 3 },
    ],
    [
      { kind: 'maintenance', of: 'shop/' },
      { id: 'maintenance:/shop', kind: 'maintenance', appId: '/shop' },
    ],
    [
      { kind: 'maintenance', of: '/pay' },
      { id: 'maintenance:/pay', kind: 'maintenance', appId: '/pay' },
    ],
    [
      { kind: 'maintenance', of: '/shop' },
      { id: 'maintenance:/shop', kind: 'maintenance', appId: '/shop' },
    ],
  ];
  for (const [asked, override] of taken)
    it(`is taken: ${JSON.stringify(asked)}`, () => assert.deepEqual(set(asked), { ...SIGNED, ...override }));

  const refused: readonly (readonly [asked: OverrideAsked, refused: Refusal['refused'], because: RegExp])[] = [
    [{ kind: 'weight', of: 'shop-blue.', weight: 1 }, 'BAD_REQUEST', /may be 2 tasks: shop-blue\.1a2b, shop-blue\.1c3d; say more/],
    [{ kind: 'weight', of: 'shop-green.8f', weight: 1 }, 'NO_SUCH_TASK', /is it shop-green\.9f/],
    [{ kind: 'weight', of: '/pay/shop-green.9f', weight: 1 }, 'NO_SUCH_TASK', /no task/],
    [{ kind: 'weight', of: '/shp/shop-green.9f', weight: 1 }, 'NO_SUCH_APP', /is it \/shop/],
    [{ kind: 'weight', of: 'pay.77', weight: 1 }, 'REFUSED', /load balancing source .* drain the task instead/],
    [{ kind: 'drain', of: 'agent-9' }, 'NO_SUCH_TASK', /no task and no agent agent-9; is it agent-1 or agent-2/],
    [{ kind: 'maintenance', of: '/pai' }, 'NO_SUCH_APP', /is it \/pay\?/],
  ];
  for (const [asked, kind, because] of refused)
    it(`is refused: ${JSON.stringify(asked)}`, () => {
      const result = set(asked);
      if (!isRefusal(result)) assert.fail('it was taken');
      assert.equal(result.refused, kind);
      assert.match(result.because, because);
    });

  it('takes the place of what was ordered of the same, and tells it', () => {
    const first = setOverride({ kind: 'weight', of: 'shop-green.9f', weight: 10 }, SIGNED, INVENTORY)(aBook());
    if (isRefusal(first)) assert.fail(first.because);
    const second = setOverride({ kind: 'weight', of: 'shop-green.9f', weight: 20 }, SIGNED, INVENTORY)(first.book);
    if (isRefusal(second)) assert.fail(second.because);
    assert.equal(second.book.overrides.size, 1);
    assert.deepEqual(second.value.before, first.value.override);
  });

  it('is undone by its id, once', () => {
    const edited = clearOverride('a')(aBook({ overrides: [someOverride('a'), someOverride('b')] }));
    if (isRefusal(edited)) assert.fail(edited.because);
    assert.deepEqual([[...edited.book.overrides.keys()], edited.value], [['b'], someOverride('a')]);
    const again = clearOverride('a')(edited.book);
    assert.ok(isRefusal(again) && again.refused === 'NO_SUCH_OVERRIDE');
  });

  /** All that can be ordered here, and something of a task that is gone. */
  const ORDERED = aBook({
    overrides: [
      { ...SIGNED, id: 'drain-task:pay.77', kind: 'drain-task', taskId: 'pay.77' },
      { ...SIGNED, id: 'drain-task:gone.1', kind: 'drain-task', taskId: 'gone.1' },
      { ...SIGNED, id: 'drain-task:gone.2', kind: 'drain-task', taskId: 'gone.2' },
      { ...SIGNED, id: 'drain-agent:agent-2', kind: 'drain-agent', host: 'agent-2' },
      { ...SIGNED, id: 'weight:shop-blue.1a2b', kind: 'weight', taskId: 'shop-blue.1a2b', weight: 5 },
      { ...SIGNED, id: 'maintenance:/pay', kind: 'maintenance', appId: '/pay' },
    ],
  });
  const undone: readonly (readonly [kind: OverrideAsked['kind'], of: string, id: string])[] = [
    ['drain', 'pay.77', 'drain-task:pay.77'],
    ['drain', 'pay.', 'drain-task:pay.77'],
    ['drain', '10_0_0_3_31000', 'drain-task:pay.77'],
    ['drain', '/pay/10_0_0_3_31000', 'drain-task:pay.77'],
    ['drain', 'gone.1', 'drain-task:gone.1'],
    ['drain', 'agent-2', 'drain-agent:agent-2'],
    // Another one begins like this, but of that nothing was ordered.
    ['weight', '/shop/shop-blue.1', 'weight:shop-blue.1a2b'],
    ['weight', 'shop/shop-blue.1', 'weight:shop-blue.1a2b'],
    ['maintenance', '/pay', 'maintenance:/pay'],
    ['maintenance', 'pay', 'maintenance:/pay'],
  ];
  for (const [kind, of, id] of undone)
    it(`is undone by what it was ordered by: ${kind} ${of}`, () => {
      const edited = undoOverride({ kind, of }, INVENTORY)(ORDERED);
      if (isRefusal(edited)) assert.fail(edited.because);
      assert.deepEqual(
        [edited.value.id, edited.book.overrides.has(id), edited.book.overrides.size],
        [id, false, ORDERED.overrides.size - 1],
      );
    });

  const notUndone: readonly (readonly [kind: OverrideAsked['kind'], of: string, refused: Refusal['refused'], because: RegExp])[] = [
    ['drain', 'gone.', 'BAD_REQUEST', /may be 2 tasks: gone\.1, gone\.2/],
    ['drain', 'agent-3', 'NO_SUCH_OVERRIDE', /drain was not ordered of agent-3; is it agent-2\?/],
    ['drain', '/shop/pay.77', 'NO_SUCH_OVERRIDE', /not ordered/],
    ['weight', 'pay.77', 'NO_SUCH_OVERRIDE', /not ordered/],
    ['maintenance', '/shop', 'NO_SUCH_OVERRIDE', /not ordered/],
  ];
  for (const [kind, of, refused, because] of notUndone)
    it(`is not undone: ${kind} ${of}`, () => {
      const result = undoOverride({ kind, of }, INVENTORY)(ORDERED);
      if (!isRefusal(result)) assert.fail('it was undone');
      assert.equal(result.refused, refused);
      assert.match(result.because, because);
    });
});

describe('a drain that leaves nobody', () => {
  const notes = (of: string, book = aBook()): readonly string[] => {
    const edited = setOverride({ kind: 'drain', of }, SIGNED, INVENTORY)(book);
    assert.ok(!isRefusal(edited));
    return edited.value.notes;
  };
  const drained = (...taskIds: readonly string[]) =>
    aBook({ overrides: taskIds.map((taskId) => ({ ...SIGNED, id: `drain-task:${taskId}`, kind: 'drain-task', taskId })) });

  it('is done, and says so', () => {
    assert.deepEqual(notes('pay.77'), ['/pay has no task left that takes anything new: its requests are answered 503']);
    assert.deepEqual(notes('agent-3'), ['/pay has no task left that takes anything new: its requests are answered 503']);
  });

  it('is weighed over all apps that are served together', () => {
    assert.deepEqual(notes('shop-green.9f'), []);
    assert.deepEqual(notes('agent-2'), []);
    assert.equal(notes('agent-2', drained('shop-blue.1a2b')).length, 2);
    assert.equal(notes('shop-blue.1a2b', drained('shop-blue.1c3d', 'shop-green.9f')).length, 1);
  });

  it('counts no task that nothing comes to', () => {
    const tasks = new Map([...TASKS, ['pay.78', { appId: '/pay', host: 'agent-3' }]]);
    const edited = setOverride({ kind: 'drain', of: 'pay.77' }, SIGNED, { ...INVENTORY, tasks })(aBook());
    assert.ok(!isRefusal(edited));
    assert.equal(edited.value.notes.length, 1);
  });
});
