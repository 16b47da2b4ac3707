import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InForce } from '../../src/book/in-force.ts';
import type { Haproxy } from '../../src/haproxy/haproxy.ts';
import type { Picture } from '../../src/picture/picture.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import type { Observed, Scope } from '../../src/plan/observed.ts';
import { aBackend, aDesired } from '../kit/builders.ts';
import { anObserved } from '../kit/simulator.ts';

const SHOP = { backends: new Set(['shop_10000']), mapKeys: new Map() };

/** A Sluice whose HAProxy has what is desired. */
const inForceWhile = (reloading: { now: boolean }): InForce => {
  const desired = aDesired([aBackend()]);
  const picture = { mayBeApplied: true, revision: 5, desired, fingerprint: fingerprint(desired) } as unknown as Picture;
  const observe = async (scope: Scope): Promise<Observed> => Promise.resolve(anObserved(desired, scope));
  const haproxy = { isRunning: () => true, observe, capabilities: {} } as unknown as Haproxy;
  return new InForce({ picture, haproxy, isReloading: () => reloading.now });
};

test('what the worker that is being replaced has is in force when the next one has it', async () => {
  const reloading = { now: true };
  const inForce = inForceWhile(reloading);
  inForce.note(SHOP, 5);
  assert.equal(await inForce.revision(SHOP.backends), 4);
  reloading.now = false;
  assert.equal(await inForce.revision(SHOP.backends), 5);
});

test('what was in force before a reload began stays so: its files have it', async () => {
  const reloading = { now: false };
  const inForce = inForceWhile(reloading);
  inForce.note(SHOP, 5);
  assert.equal(await inForce.revision(SHOP.backends), 5);
  reloading.now = true;
  assert.equal(await inForce.revision(SHOP.backends), 5);
});

test('who decides is answered when the reload is over', async () => {
  const reloading = { now: true };
  const inForce = inForceWhile(reloading);
  inForce.note(SHOP, 5);
  const answer = inForce.wait();
  assert.equal(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))]), 'waits');
  reloading.now = false;
  assert.equal(await answer, undefined);
});
