import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceError } from '../src/kit/error.ts';
import { toSettings } from '../src/settings.ts';

const GIVEN = { group: ['external'] };

test('where decisions are kept: an app of Marathon, a file, or nowhere', () => {
  assert.deepEqual(toSettings(GIVEN).rollouts, { kind: 'marathon', appId: '/sluice/rollouts' });
  assert.deepEqual(toSettings({ ...GIVEN, rollouts: 'marathon:/edge/book' }).rollouts, { kind: 'marathon', appId: '/edge/book' });
  assert.deepEqual(toSettings({ ...GIVEN, rollouts: 'file:/var/lib/book.json' }).rollouts, { kind: 'file', path: '/var/lib/book.json' });
  assert.deepEqual(toSettings({ ...GIVEN, rollouts: 'off' }).rollouts, { kind: 'off' });
});

for (const wrong of [
  '',
  'on',
  'marathon',
  'marathon:',
  'marathon:book',
  'marathon:/Book',
  'marathon:/a/../b',
  'marathon:/a//b',
  'file:',
  'file:book.json',
  'OFF',
])
  test(`where decisions are kept: '${wrong}' is an error that says what is right`, () => {
    assert.throws(
      () => toSettings({ ...GIVEN, rollouts: wrong }),
      (error) => error instanceof SluiceError && error.code === 'SETTINGS' && /rollouts.*marathon:APP-ID/.test(error.message),
    );
  });
