import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type MarathonState } from '../../src/marathon/options.ts';
import { notesOf, type PictureReport, reportPicture } from '../../src/report/picture-report.ts';

const NOW = Date.parse('2026-01-01T01:00:00.000Z');
const SAVED = '2026-01-01T00:00:00.000Z';
const HELD = {
  id: '3f2a9c01b4d7',
  since: '2026-01-01T00:59:00.000Z',
  because: "Marathon's list has 3 of 200 apps",
  apps: { known: 200, lost: 197 },
  tasks: { known: 0, lost: 0 },
};

const marathon = (changes: Partial<MarathonState> = {}): MarathonState => ({
  ...{ connected: true, streaming: true, url: 'http://m', reconnects: 0, brokenEvents: 0, problems: [] },
  ...changes,
});

type Facts = Parameters<typeof reportPicture>[0];
const report = (changes: Partial<Facts>): PictureReport =>
  reportPicture(
    {
      marathon: marathon(),
      believedAgoMs: undefined,
      restoredAt: undefined,
      held: undefined,
      isInDoubt: false,
      saved: {},
      setAside: undefined,
      ...changes,
    },
    NOW,
  );

const AGES: readonly (readonly [what: string, facts: Partial<Facts>, source: string, ageSeconds: number | null])[] = [
  ['nothing was read and nothing saved', {}, 'none', null],
  ['nothing was read: as old as what was saved', { restoredAt: SAVED }, 'saved', 3600],
  ['the clock was set back since: not less than nothing', { restoredAt: '2026-01-01T02:00:00.000Z' }, 'saved', 0],
  ['events come in: it is up to date', { restoredAt: SAVED, believedAgoMs: 200_000 }, 'marathon', 0],
  [
    'the stream is down: since Marathon was last heard',
    { believedAgoMs: 200_000, marathon: marathon({ streaming: false, heardAgoMs: 40_000 }) },
    'marathon',
    40,
  ],
  ['a list is held: since one was believed', { believedAgoMs: 90_000, held: HELD }, 'marathon', 90],
  ['the first list is held: as old as what was saved', { restoredAt: SAVED, held: HELD }, 'saved', 3600],
];

describe('how old the picture is', () => {
  for (const [what, facts, source, ageSeconds] of AGES)
    it(what, () => {
      const told = report(facts);
      assert.deepEqual([told.source, told.ageSeconds], [source, ageSeconds]);
      assert.equal(told.asOf, ageSeconds === null ? null : new Date(NOW - ageSeconds * 1000).toISOString());
    });
});

describe('what an operator must know', () => {
  it('is nothing where all is well', () => assert.deepEqual(notesOf(report({ believedAgoMs: 1 })), []));

  it('is each thing that is not', () => {
    const told = report({
      restoredAt: SAVED,
      held: HELD,
      isInDoubt: true,
      saved: { error: 'no space' },
      setAside: { path: '/x', because: 'cut off' },
    });
    assert.deepEqual(notesOf(told), [
      `what is served is from the saved state of ${SAVED}`,
      `Marathon's list has 3 of 200 apps, held since ${HELD.since}: run \`sluice confirm --id ${HELD.id}\` if this is meant`,
      'Marathon says of single apps that they are gone, and no event has told why: a full read is waited for',
      'the state is not saved: no space',
      'the saved state was not trusted and is now /x: cut off',
    ]);
  });
});
