import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../../src/rollout/edits/nearest.ts';

test('tells names that are like the typed one, and those that hold it', () => {
  assert.equal(
    nearest('/shap', ['/pay', '/shop', '/a/much/longer/shap/name', '/shops']),
    '; is it /a/much/longer/shap/name or /shop or /shops?',
  );
  assert.equal(nearest('shop', ['/team/a/shop-of-everything', '/pay']), '; is it /team/a/shop-of-everything?');
  assert.equal(nearest('', ['/pay']), '');
});

test('finds it among many whose length alone says that they are others', () => {
  const others = Array.from({ length: 5000 }, (_, index) => `/team-${index}/some/app`);
  assert.equal(nearest('/shap', [...others, '/shop']), '; is it /shop?');
});
