import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commonNetworks } from '../../src/kit/ip-network.ts';

describe('networks that two lists have in common', () => {
  const rows: readonly (readonly [readonly string[], readonly string[], readonly string[]])[] = [
    [['10.0.0.0/8'], ['10.1.0.0/16', '192.0.2.7'], ['10.1.0.0/16']],
    [
      ['10.1.2.3', '192.0.2.0/24'],
      ['10.0.0.0/8', '192.0.2.7'],
      ['10.1.2.3', '192.0.2.7'],
    ],
    [['10.0.0.0/8'], ['11.0.0.0/8'], []],
    [['10.0.0.0/8'], ['10.0.0.0/8'], ['10.0.0.0/8']],
    [['0.0.0.0/0'], ['2001:db8::/32', '192.0.2.7'], ['192.0.2.7']],
    [['2001:db8::/32'], ['2001:db8:1::/48', '10.0.0.0/8'], ['2001:db8:1::/48']],
    [
      ['::/0', '0.0.0.0/0'],
      ['10.0.0.0/8', '::1'],
      ['::1', '10.0.0.0/8'],
    ],
    // Written with bits behind its length: the network is meant.
    [['10.9.8.7/8'], ['10.0.0.1'], ['10.0.0.1']],
    [[], ['10.0.0.0/8'], []],
  ];
  for (const [some, others, common] of rows)
    it(`${some.join(' ') || 'none'} and ${others.join(' ')}: ${common.join(' ') || 'none'}`, () => {
      assert.deepEqual(commonNetworks(some, others), common);
      assert.deepEqual(new Set(commonNetworks(others, some)), new Set(common));
    });
});
