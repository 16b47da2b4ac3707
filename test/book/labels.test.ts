import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromLabels, toLabels } from '../../src/book/labels.ts';
import type { Book } from '../../src/rollout/book.ts';
import type { Gate } from '../../src/rollout/gate.ts';
import { SIGNED, someOverride, someRollout, someShares } from '../kit/kept-books.ts';

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

const withState = (state: object): object => ({ ...someRollout(), state: { ...someRollout().state, ...state } });
const withGates = (gates: readonly object[]): object => ({ ...someRollout(), options: { ...someRollout().options, gates } });

test('every kind of gate, and what a rollout says while it runs and at its end, is read again', () => {
  const gates: readonly Gate[] = [
    { kind: 'errors', maxPercent: 1, maxFactor: 2 },
    { kind: 'connection-errors', maxFactor: 2 },
    { kind: 'p95', maxMs: 300, maxFactor: 1.5 },
    { kind: 'requests', min: 100 },
    { kind: 'healthy', minPercent: 90 },
    { kind: 'probe', url: 'http://shop.example/ready', timeoutSeconds: 5 },
    { kind: 'command', command: ['smoke', '--fast'], timeoutSeconds: 60 },
  ];
  const { options } = someRollout();
  const standing = { step: 0, since: SIGNED.at, atRevision: 1 };
  const results = gates.map((gate) => ({ gate, outcome: 'waiting' as const, because: 'not asked yet' }));
  const rollouts = [
    someRollout({
      options: { ...options, gates },
      state: { phase: 'holding', ...standing, gates: results, promoted: true, waitingFor: 'gates', paused: SIGNED },
    }),
    someRollout({ state: { phase: 'preparing', ...standing } }),
    someRollout({ state: { phase: 'shrinking', ...standing, draining: { 'task-1': SIGNED.at } } }),
    someRollout({ state: { phase: 'keeping', ...standing, outcome: 'done' } }),
    someRollout({ state: { phase: 'aborting', ...standing, draining: {}, closes: true, outcome: 'undone', because: 'undo by ada' } }),
    someRollout({ state: { phase: 'ended', ...standing, outcome: 'timed-out', because: '/shop-green was not healthy in time' } }),
  ];
  for (const rollout of rollouts) {
    const book: Book = { ...BOOK, rollouts: new Map([['/shop', rollout]]) };
    const { edition } = fromLabels('/sluice/rollouts', toLabels(book, HEAD, {}));
    assert.deepEqual([edition.book, edition.problems], [book, []]);
  }
});

function tooDeep(): string {
  const text = JSON.stringify({ ...someRollout(), definitions: { '/shop-green': { deep: 0 } } });
  return text.replace('"deep":0', `"deep":${'['.repeat(3000)}${']'.repeat(3000)}`);
}

const BROKEN: readonly (readonly [what: string, label: string, text: string])[] = [
  ['no JSON', 'SLUICE_SHARES:/shop', '{'],
  ['a share above 100', 'SLUICE_SHARES:/shop', JSON.stringify(someShares({ shares: { '/shop-blue': 101 } }))],
  ['another kind of override', 'SLUICE_OVERRIDE:o1', JSON.stringify({ ...someOverride('o1'), kind: 'weigh' })],
  ['a weight above 256', 'SLUICE_OVERRIDE:o1', JSON.stringify({ ...someOverride('o1'), kind: 'weight', weight: 257 })],
  ['a rollout in a phase that there is not', 'SLUICE_ROLLOUT:/shop', JSON.stringify({ ...someRollout(), state: { phase: 'resting' } })],
  ['a rollout of no revision', 'SLUICE_ROLLOUT:/shop', JSON.stringify(withState({ atRevision: undefined }))],
  ['a rollout that came out otherwise', 'SLUICE_ROLLOUT:/shop', JSON.stringify(withState({ outcome: 'forgotten' }))],
  ['a rollout with a gate that there is not', 'SLUICE_ROLLOUT:/shop', JSON.stringify(withGates([{ kind: 'weather' }]))],
  ['a definition that is nested too deep to be compared', 'SLUICE_ROLLOUT:/shop', tooDeep()],
];

for (const [what, label, text] of BROKEN)
  test(`a label with ${what} is a problem that names it, takes nothing else out, and stays as it is`, () => {
    const labels = { ...toLabels(BOOK, HEAD, {}), [label]: text };
    const { edition } = fromLabels('/sluice/rollouts', labels);
    assert.deepEqual(
      edition.problems.map((problem) => [problem.appId, problem.label, problem.group]),
      [['/sluice/rollouts', label, label.startsWith('SLUICE_OVERRIDE:') ? undefined : '/shop']],
    );
    const size = ({ shares, rollouts, overrides }: Book): number => shares.size + rollouts.size + overrides.size;
    assert.equal(size(edition.book), size(BOOK) - 1);
    const written = toLabels(edition.book, HEAD, edition.rest);
    assert.equal(written[label], text);
    assert.deepEqual(fromLabels('/sluice/rollouts', written).edition, edition);
  });
