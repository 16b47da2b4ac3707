import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { andAlso, guarded, withOwnAcls } from '../../src/pieces/condition.ts';

const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

describe('a condition with one more term', () => {
  for (const [condition, made] of [
    ['', 'if own'],
    ['if a', 'if own a'],
    ['if a !b', 'if own a !b'],
    ['if a or b', 'if own a or own b'],
    ['if a || b c', 'if own a or own b c'],
    ['if { path /x or } !{ src 1 }', 'if own { path /x or } !{ src 1 }'],
    ['if ! a', 'if own !a'],
    ['if !! a', 'if own a'],
    ['unless a', 'if own !a'],
    ['unless !a', 'if own a'],
    ['unless a b', 'if own !a or own !b'],
    ['unless a or b', 'if own !a !b'],
    ['unless a b or !{ path /x }', 'if own !a { path /x } or own !b { path /x }'],
  ] as const)
    it(condition === '' ? 'none' : condition, () => assert.deepEqual(andAlso(words(condition), ['own']), words(made)));

  it('is none where HAProxy has too few words for it', () => {
    const pairs = Array.from({ length: 8 }, (_, at) => `a${at} b${at}`).join(' or ');
    assert.equal(andAlso(words(`unless ${pairs}`), ['own']), undefined);
    assert.equal(andAlso(words(`if ${Array.from({ length: 40 }, () => 'a').join(' or ')}`), ['own']), undefined);
  });
});

describe('rules among those of other apps', () => {
  it('are for requests of their own', () => {
    assert.deepEqual(guarded(words('http-request deny if a or b'), ['own']), words('http-request deny if own a or own b'));
    assert.deepEqual(guarded(words('use_backend x'), ['own']), words('use_backend x if own'));
    assert.deepEqual(guarded(words('acl a path /x'), ['own']), words('acl a path /x'));
  });

  it('have ACLs of their own', () => {
    const lines = [
      'acl a path /x',
      'acl a path /a',
      'acl b if a',
      'use_backend a if a !b shared { path a } or !a TRUE',
      'redirect location a unless a',
    ];
    assert.deepEqual(
      withOwnAcls(lines.map(words), '.shop').map((line) => line.join(' ')),
      [
        'acl a.shop path /x',
        'acl a.shop path /a',
        'acl b.shop if a',
        'use_backend a if a.shop !b.shop shared { path a } or !a.shop TRUE',
        'redirect location a unless a.shop',
      ],
    );
  });
});
