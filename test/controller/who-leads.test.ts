import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownPeer } from '../../src/observe/peers.ts';
import { type Candidate, standingAfter, type Standing, whoLeads } from '../../src/controller/who-leads.ts';

/** 'a1' began on the first; '!' is ill, '?' hangs. */
const candidates = (text: string): readonly Candidate[] =>
  text
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => ({ name: one.charAt(0), since: `2026-01-0${one.charAt(1)}`, isIll: one.includes('!'), hangs: one.includes('?') }));

test('leads who works, of those the oldest', () => {
  const cases = [
    ['', undefined],
    ['a2 b1 c3', 'b'],
    ['b1 a1', 'a'],
    ['a1! b2', 'b'],
    ['a1? b2', 'b'],
    ['a1? b2!', 'b'],
    ['a1?! b2? c3!', 'c'],
    ['a1!', 'a'],
    ['b2! a1!', 'a'],
    ['b2? a1?', 'a'],
  ] as const;
  for (const [text, expected] of cases) assert.equal(whoLeads(candidates(text)), expected, text);
});

const LOOKS: Readonly<Record<string, KnownPeer>> = {
  '+': { name: 'a', answeredAt: '2026-01-01' },
  '~': { name: 'a', answeredAt: '2026-01-01', behindMs: 29_000 },
  '<': { name: 'a', answeredAt: '2026-01-01', behindMs: 31_000 },
  '-': { name: 'a', kind: 'silent', because: 'no answer' },
  '/': { name: 'a', kind: 'unreached', because: 'no route to host' },
};

test('hangs who was found so five times in a row, and works again in the same way', () => {
  const cases = [
    ['+++', false],
    ['----', false],
    ['-----', true],
    ['<<<<<', true],
    ['-<-<-', true],
    ['----+-', false],
    ['~~~~~~', false],
    ['//////////', false],
    ['--/--/-', true],
    ['-----++++', true],
    ['-----+++++', false],
    ['-----++-+++', true],
    ['-----//////', true],
  ] as const;
  for (const [looks, expected] of cases) {
    let standing: Standing | undefined;
    for (const look of looks) standing = standingAfter(standing, LOOKS[look] as KnownPeer);
    assert.equal(standing?.hangs, expected, looks);
  }
});
