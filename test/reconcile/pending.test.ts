import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noChange, noteKey } from '../../src/desired/change.ts';
import { Pending } from '../../src/reconcile/pending.ts';

test('what was added is taken once', () => {
  const pending = new Pending();
  const change = noChange();
  change.backends.add('web_10000');
  noteKey(change, 'routes', 'web.example/');
  pending.add(change);
  assert.deepEqual(pending.take(), { backends: new Set(['web_10000']), mapKeys: new Map([['routes', new Set(['web.example/'])]]) });
  assert.equal(pending.isEmpty, true);
});

test('what was taken and not done comes back, together with what came meanwhile', () => {
  const pending = new Pending();
  pending.addBackends(['a']);
  const scope = pending.take();
  pending.addBackends(['b']);
  pending.restore(scope);
  assert.deepEqual(pending.take(), { backends: new Set(['b', 'a']), mapKeys: new Map() });
});

test('very many backends are looked at as all', () => {
  const pending = new Pending();
  pending.addBackends(Array.from({ length: 501 }, (_, index) => `b${index}`));
  assert.equal(pending.take(), 'all');
});

test('all stays all when it is put back', () => {
  const pending = new Pending();
  pending.addAll();
  pending.restore(pending.take());
  assert.equal(pending.take(), 'all');
  assert.equal(pending.isEmpty, true);
});
