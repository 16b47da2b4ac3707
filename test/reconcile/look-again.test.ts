import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Wait } from '../../src/plan/waiting.ts';
import { LookAgain } from '../../src/reconcile/look-again.ts';
import { pauseMs } from '../../src/reconcile/pause.ts';
import { waitFor } from '../kit/wait-for.ts';

const FOR_CONNECTIONS: Wait = { kind: 'last-connection' };

describe('the pause before the next look', () => {
  const TABLE: readonly (readonly [string, Wait, number, number])[] = [
    ['a server that serves until another one does is looked at every second', { kind: 'replacement' }, 60_000, 1000],
    ['one that rests is looked at when that is over', { kind: 'rest', seconds: 17 }, 3000, 17_050],
    ['one with connections soon at first', FOR_CONNECTIONS, 0, 1000],
    ['then after as long again', FOR_CONNECTIONS, 4000, 4000],
    ['and every quarter of a minute in the end', FOR_CONNECTIONS, 600_000, 15_000],
  ];
  for (const [sentence, wait, waitedMs, expected] of TABLE) it(sentence, () => assert.equal(pauseMs(wait, waitedMs), expected));
});

const waitsOf = (...names: readonly string[]): ReadonlyMap<string, readonly Wait[]> =>
  new Map(names.map((name) => [name, [{ kind: 'rest', seconds: 0.1 }]]));

const lookAgain = (t: TestContext) => {
  const looks: (readonly string[])[] = [];
  const it = new LookAgain({ onDue: (backends) => looks.push(backends) });
  t.after(() => it.close());
  return { it, looks };
};

const scopeOf = (...names: readonly string[]) => ({ backends: new Set(names), mapKeys: new Map() });

describe('backends that wait', () => {
  it('are looked at together, once for each time that they are noted', async (t) => {
    const { it, looks } = lookAgain(t);
    it.note('all', waitsOf('shop', 'cart'));
    await waitFor('the look', () => looks.length === 1);
    assert.deepEqual(looks, [['shop', 'cart']]);
    it.note(scopeOf('cart'), waitsOf('cart'));
    await waitFor('the next look', () => looks.length === 2);
    assert.deepEqual(looks[1], ['cart']);
  });

  it('are forgotten when a look finds nothing to wait for', async (t) => {
    const { it, looks } = lookAgain(t);
    it.note('all', waitsOf('shop', 'cart', 'blog'));
    assert.deepEqual(it.backends, new Set(['shop', 'cart', 'blog']));
    it.note(scopeOf('cart'), new Map());
    assert.deepEqual(it.backends, new Set(['shop', 'blog']));
    await waitFor('the look', () => looks.length === 1);
    assert.deepEqual(looks, [['shop', 'blog']]);
    it.note('all', waitsOf('shop', 'blog'));
    it.note('all', waitsOf('blog'));
    await waitFor('the next look', () => looks.length === 2);
    assert.deepEqual(looks[1], ['blog']);
  });

  it('of several the first that may have news decides', async (t) => {
    const { it, looks } = lookAgain(t);
    it.note('all', new Map([['shop', [FOR_CONNECTIONS, { kind: 'rest', seconds: 3600 }]]]));
    await waitFor('the look', () => looks.length === 1);
  });

  it('are not looked at any more after the end', async (t) => {
    const { it, looks } = lookAgain(t);
    it.note('all', waitsOf('shop'));
    it.close();
    it.note('all', waitsOf('cart'));
    const other = lookAgain(t);
    other.it.note('all', waitsOf('later'));
    await waitFor('a look that was asked for afterwards', () => other.looks.length === 1);
    assert.deepEqual(looks, []);
  });
});
