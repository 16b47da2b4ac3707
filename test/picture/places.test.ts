import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppEntry } from '../../src/model/model.ts';
import type { Task } from '../../src/model/task.ts';
import { Picture } from '../../src/picture/picture.ts';
import { aBook, someShares } from '../kit/books.ts';
import { aCheck, anEntry, aTask, labels, someGlobals, someOptions } from '../kit/builders.ts';

/** At one address in each app: 10.0.0.1:31000. */
const at = (id: string, changes: Partial<Task> = {}): Task => aTask({ id, ...changes });

const aColour = (colour: string, startedAt: string, tasks: readonly Task[], isChecked: boolean): AppEntry =>
  anEntry(
    {
      id: `/shop-${colour}`,
      ...labels({ HAPROXY_DEPLOYMENT_GROUP: 'shop', HAPROXY_DEPLOYMENT_STARTED_AT: startedAt }),
      healthChecks: isChecked ? [aCheck()] : [],
    },
    tasks,
  );

interface Case {
  readonly blue: Partial<Task>;
  readonly green: Partial<Task>;
  readonly isChecked?: boolean;
  /** Whose the server is. */
  readonly owner: 'blue' | 'green';
}

const CASES: readonly Case[] = [
  { blue: {}, green: {}, owner: 'blue' },
  { blue: { health: 'healthy' }, green: {}, owner: 'blue' },
  { blue: {}, green: { health: 'healthy' }, owner: 'green' },
  { blue: { health: 'healthy' }, green: { health: 'healthy' }, owner: 'green' },
  { blue: { state: 'TASK_UNREACHABLE' }, green: {}, owner: 'blue' },
  { blue: { state: 'TASK_FAILED' }, green: {}, owner: 'green' },
  { blue: {}, green: { state: 'TASK_STAGING' }, owner: 'blue' },
  { blue: { state: 'TASK_KILLING', health: 'healthy' }, green: {}, owner: 'green' },
  { blue: {}, green: { state: 'TASK_KILLING', health: 'healthy' }, owner: 'blue' },
  { blue: { health: 'healthy' }, green: { health: 'unhealthy' }, isChecked: true, owner: 'blue' },
  { blue: { state: 'TASK_KILLING', health: 'healthy' }, green: { health: 'unknown' }, isChecked: true, owner: 'blue' },
];

/** Blue is the older one. */
const entriesOf = ({ blue, green, isChecked = false }: Omit<Case, 'owner'>): readonly AppEntry[] => [
  aColour('blue', '2026-01-01', [at('b', blue)], isChecked),
  aColour('green', '2026-01-02', [at('g', green)], isChecked),
];

for (const { owner, ...rest } of CASES)
  test(`${JSON.stringify(rest)} at one address: it is the server of ${owner}, for who orders and for who looks`, () => {
    const picture = new Picture(someOptions({ healthCheck: rest.isChecked ?? false }), someGlobals());
    picture.take({ kind: 'snapshot', entries: entriesOf(rest), keep: new Set() });
    const weightOrderedOf = (taskId: string): number | undefined => {
      const order = { id: taskId, by: '', at: '', kind: 'weight', taskId, weight: 7 } as const;
      picture.takeBook(aBook({ overrides: [order], shares: { '/shop': someShares({ '/shop-blue': 50, '/shop-green': 50 }) } }));
      const backend = picture.desired.backends.get('shop_10000');
      const servers = [...(backend?.servers ?? []), ...(backend?.ending ?? [])];
      assert.equal(servers.length, 1);
      return servers[0]?.weight;
    };
    assert.deepEqual([weightOrderedOf('b') === 7, weightOrderedOf('g') === 7], [owner === 'blue', owner === 'green']);
    assert.deepEqual(
      picture.places('/shop-blue').map(({ appId, taskId, server }) => [appId, taskId, server]),
      [[`/shop-${owner}`, owner === 'blue' ? 'b' : 'g', '10_0_0_1_31000']],
    );
  });

test('a task that takes no traffic, or no more, has its server nevertheless', () => {
  const picture = new Picture(someOptions(), someGlobals());
  picture.take({
    kind: 'snapshot',
    entries: [aColour('blue', '2026-01-01', [at('b', { state: 'TASK_FINISHED' })], false)],
    keep: new Set(),
  });
  assert.deepEqual(
    picture.places('/shop-blue').map(({ taskId }) => taskId),
    ['b'],
  );
});
