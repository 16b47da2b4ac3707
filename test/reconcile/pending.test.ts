import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noChange, noteKey } from '../../src/desired/change.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { isGlance, Pending } from '../../src/reconcile/pending.ts';
import { aBackend, aDesired, haproxy26 } from '../kit/builders.ts';
import { anObserved } from '../kit/simulator.ts';

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

test('what is known to have changed is known although all is looked at, and comes back with it', () => {
  const pending = new Pending();
  const change = noChange();
  change.backends.add('web_10000');
  noteKey(change, 'routes', 'web.example/');
  pending.addAll();
  pending.add(change);
  const { changed } = pending;
  const scope = pending.take();
  const expected = { backends: new Set(['web_10000']), mapKeys: new Map([['routes', new Set(['web.example/'])]]) };
  assert.deepEqual(changed, expected);
  assert.equal(pending.changed.backends.size, 0);
  pending.restore(scope, changed);
  assert.deepEqual(pending.changed, expected);
  assert.equal(pending.take(), 'all');
});

test('a glance asks for nothing but the worker itself', () => {
  const pending = new Pending();
  pending.addStructure();
  assert.equal(pending.isEmpty, false);
  assert.equal(isGlance(pending.take()), true);
  pending.addBackends(['a']);
  assert.equal(isGlance(pending.take()), false);
  assert.equal(isGlance('all'), false);
});

test('what changed while HAProxy was asked is left to the next look, where it belongs together with what else changed', () => {
  const pending = new Pending();
  const before = aDesired([aBackend({ name: 'old' }), aBackend({ name: 'stays' })], { routes: { 'a/': 'old', 'b/': 'stays' } });
  const scope = { backends: new Set(['old', 'stays']), mapKeys: new Map([['routes', new Set(['a/', 'b/'])]]) };
  const observed = anObserved(before, scope);
  assert.deepEqual(pending.withoutNews(observed, before), observed, 'nothing changed');

  const after = aDesired([aBackend({ name: 'new' }), aBackend({ name: 'stays' })], { routes: { 'a/': 'new', 'b/': 'stays' } });
  const change = noChange();
  for (const name of ['old', 'new', 'stays']) change.backends.add(name);
  noteKey(change, 'routes', 'a/');
  pending.add(change);
  const left = pending.withoutNews(observed, after);
  assert.deepEqual(left.scope, { backends: new Set(['stays']), mapKeys: new Map([['routes', new Set(['b/'])]]) });
  assert.deepEqual(makePlan(left, after, fingerprint(after), haproxy26), { kind: 'noop' });
  const all = anObserved(before);
  assert.equal(pending.withoutNews(all, after), all, 'a look at everything sees what belongs together');
});
