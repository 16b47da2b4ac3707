import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Book } from '../../src/rollout/book.ts';
import { fromLabels, toLabels } from '../../src/store/book-labels.ts';
import { someOverride, someRollout, someShares } from '../kit/kept-books.ts';

const HEAD = { revision: 7, nonce: 'n7', parent: 'n6', parentVersion: '2026-11-22T20:00:00.000Z' };
const BOOK: Book = {
  revision: 7,
  shares: new Map([
    ['/shop', someShares({ preview: { hosts: true, networks: ['10.0.0.0/8'] }, splitBy: 'user' })],
    ['/pay', someShares({ shares: { '/pay-blue': 99.5, '/pay-green': 0.5 }, closed: ['/pay-green'] })],
  ]),
  rollouts: new Map([['/shop', someRollout()]]),
  overrides: new Map([['o1', someOverride('o1')]]),
};

test('a book is the same after it was labels', () => {
  const { edition, head } = fromLabels('/sluice/rollouts', toLabels(BOOK, HEAD, {}));
  assert.deepEqual(edition, { book: BOOK, nonce: 'n7', rest: {}, problems: [] });
  assert.deepEqual(head, HEAD);
});

test('labels of others, and what a newer Sluice has besides, outlive a write', () => {
  const labels = toLabels(BOOK, HEAD, { OWNER: 'edge team' });
  const newer = { ...labels, 'SLUICE_SHARES:/shop': JSON.stringify({ ...someShares(), colourBlind: true }) };
  const { edition } = fromLabels('/sluice/rollouts', newer);
  assert.deepEqual(edition.rest, { OWNER: 'edge team' });
  assert.match(toLabels(edition.book, HEAD, edition.rest)['SLUICE_SHARES:/shop'] ?? '', /"colourBlind":true/);
});

const BROKEN: readonly (readonly [what: string, label: string, text: string])[] = [
  ['no JSON', 'SLUICE_SHARES:/shop', '{'],
  ['a share above 100', 'SLUICE_SHARES:/shop', JSON.stringify(someShares({ shares: { '/shop-blue': 101 } }))],
  ['another kind of override', 'SLUICE_OVERRIDE:o1', JSON.stringify({ ...someOverride('o1'), kind: 'weigh' })],
  ['a weight above 256', 'SLUICE_OVERRIDE:o1', JSON.stringify({ ...someOverride('o1'), kind: 'weight', weight: 257 })],
  ['a rollout in a phase that there is not', 'SLUICE_ROLLOUT:/shop', JSON.stringify({ ...someRollout(), state: { phase: 'resting' } })],
];

for (const [what, label, text] of BROKEN)
  test(`a label with ${what} is a problem that names it, takes nothing else out, and stays as it is`, () => {
    const labels = { ...toLabels(BOOK, HEAD, {}), [label]: text };
    const { edition } = fromLabels('/sluice/rollouts', labels);
    assert.deepEqual(
      edition.problems.map((problem) => [problem.appId, problem.label]),
      [['/sluice/rollouts', label]],
    );
    const size = ({ shares, rollouts, overrides }: Book): number => shares.size + rollouts.size + overrides.size;
    assert.equal(size(edition.book), size(BOOK) - 1);
    const written = toLabels(edition.book, HEAD, edition.rest);
    assert.equal(written[label], text);
    assert.deepEqual(fromLabels('/sluice/rollouts', written).edition, edition);
  });
