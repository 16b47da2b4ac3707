import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aZone, shownRecords } from '../kit/zones.ts';

/** 1.8 of Mesos-DNS's rules. */
type Row = readonly [masters: readonly string[], leader: string | undefined, numbered: readonly string[], all: readonly string[]];

const ROWS: readonly Row[] = [
  [[], '0.0.0.6:7', ['0.0.0.6'], ['0.0.0.6']],
  [['0.0.0.6:7'], '0.0.0.6:7', ['0.0.0.6'], ['0.0.0.6']],
  [['0.0.0.8:9'], '0.0.0.6:7', ['0.0.0.8', '0.0.0.6'], ['0.0.0.6', '0.0.0.8']],
  [['0.0.0.8:9', '0.0.0.8:9'], '0.0.0.6:7', ['0.0.0.8', '0.0.0.6'], ['0.0.0.6', '0.0.0.8']],
  [['0.0.0.8:9', '0.0.0.6:7'], '0.0.0.6:7', ['0.0.0.8', '0.0.0.6'], ['0.0.0.6', '0.0.0.8']],
  [['0.0.0.8:9', '0.0.0.6:7', '0.0.0.6:7'], '0.0.0.6:7', ['0.0.0.8', '0.0.0.6'], ['0.0.0.6', '0.0.0.8']],
  [['0.0.0.8:9', '0.0.0.6:7', '0.0.0.7:0'], '0.0.0.6:7', ['0.0.0.8', '0.0.0.6', '0.0.0.7'], ['0.0.0.6', '0.0.0.7', '0.0.0.8']],
  [
    ['0.0.0.8:9', '0.0.0.6:7', '[2001:db8::1]:0'],
    '0.0.0.6:7',
    ['0.0.0.8', '0.0.0.6', '2001:db8::1'],
    ['0.0.0.6', '0.0.0.8', '2001:db8::1'],
  ],
  [['0.0.0.6:8', '0.0.0.9:7'], '0.0.0.6:7', ['0.0.0.9', '0.0.0.6'], ['0.0.0.6', '0.0.0.9']],
  [['', 'a:1234', '0.0.0.8:9'], '0.0.0.6:7', ['0.0.0.8', '0.0.0.6'], ['0.0.0.6', '0.0.0.8']],
  [[], undefined, [], []],
  // Unlike in Mesos-DNS masters that are known are not forgotten while nobody leads.
  [['0.0.0.8:9', '0.0.0.6:7'], undefined, ['0.0.0.8', '0.0.0.6'], ['0.0.0.6', '0.0.0.8']],
];

describe('numbers of masters', () => {
  for (const [masters, leader, numbered, all] of ROWS) {
    it(`${masters.join(' ') || 'none'}, led by ${leader ?? 'nobody'}`, () => {
      const zone = aZone();
      zone.apply({ cluster: { frameworks: [], agents: [], masters, ...(leader !== undefined && { leader }) } });
      const { A, AAAA, SRV } = shownRecords(zone);
      const at = (name: string): readonly string[] => [...(A[name] ?? []), ...(AAAA[name] ?? [])];
      assert.deepEqual(
        [0, 1, 2, 3].flatMap((number) => at(`master${number}.mesos.`)),
        numbered,
      );
      assert.deepEqual(at('master.mesos.'), all);
      assert.deepEqual(at('leader.mesos.'), leader === undefined ? [] : [leader.replace(/:\d+$/, '')]);
      assert.deepEqual(SRV['_leader._tcp.mesos.'] ?? [], leader === undefined ? [] : ['leader.mesos.:7']);
    });
  }
});
