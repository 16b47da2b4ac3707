import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { balanceTraits } from '../../src/rollout/balance-traits.ts';
import { allOrNothing, whyNotShared } from '../../src/rollout/why-not-shared.ts';

const QUARTER = { '/shop-blue': 75, '/shop-green': 25 };
const END = 'with it an app of a group can have 0 or 100 % only, else HAPROXY_{n}_BALANCE must be roundrobin';

const RELOADED = 'takes weights by a reload only';

/** What each does with weights, as tried. */
const DOES: Readonly<Record<string, string>> = {
  leastconn: 'goes by open connections, and by weights only where there are many of them',
  first: 'fills one server after the other, whatever its weight',
  random: 'is by chance, and not near enough to weights',
  'random(2)': 'is by chance, and not near enough to weights',
  'static-rr': RELOADED,
  source: RELOADED,
  'uri depth 2': RELOADED,
  'url_param user': RELOADED,
  'hdr(X-User)': RELOADED,
  'rdp-cookie': RELOADED,
};

describe('load balancing that does not give each server its part', () => {
  for (const [balance, does] of Object.entries(DOES)) {
    it(`is told of with the reason, and has all or nothing: ${balance}`, () => {
      assert.equal(whyNotShared(balance, QUARTER), `load balancing ${balance} ${does}: ${END}`);
      assert.equal(whyNotShared(balance, { '/shop-blue': 0, '/shop-green': 100 }), undefined);
      assert.equal(balanceTraits(balance).isExact, false);
      assert.equal(balanceTraits(balance).isDynamic, does !== RELOADED);
      assert.equal(balanceTraits(balance).heedsWeights, does !== RELOADED && balance !== 'first');
    });
  }

  it('leaves all to the largest', () => assert.deepEqual(allOrNothing(QUARTER), { '/shop-blue': 100, '/shop-green': 0 }));
});

it('roundrobin keeps any shares', () => {
  assert.equal(whyNotShared('roundrobin', QUARTER), undefined);
  assert.deepEqual(balanceTraits('roundrobin'), { isDynamic: true, heedsWeights: true, isExact: true });
});
