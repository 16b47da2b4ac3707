import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppEntry, Model } from '../../src/model/model.ts';
import { groupMembers } from '../../src/rollout/members.ts';
import { aBook, someShares } from '../kit/books.ts';
import { anEntry } from '../kit/builders.ts';

const anAppOf = (id: string, group: string | undefined): AppEntry =>
  anEntry({ id, labels: { HAPROXY_GROUP: 'external', ...(group === undefined ? {} : { HAPROXY_DEPLOYMENT_GROUP: group }) } });

const modelOf = (...entries: readonly AppEntry[]): Model => ({
  apps: new Map(entries.map((entry) => [entry.app.id, entry])),
  hosts: new Map(),
});

test('an app is in the group of its label, else in the one where it has a share', () => {
  const book = aBook({ shares: { '/shop': someShares({ '/shop-blue': 40, '/next': 30, '/shop-green': 30 }) } });
  const model = modelOf(
    anAppOf('/shop-blue', 'shop'),
    anAppOf('/next', undefined),
    anAppOf('/shop-green', 'other'),
    anAppOf('/alone', undefined),
  );
  const ids = [...groupMembers(model, book)].map(([group, members]) => [group, members.map(({ appId }) => appId)]);
  assert.deepEqual(ids, [
    ['/other', ['/shop-green']],
    ['/shop', ['/next', '/shop-blue']],
  ]);
});
