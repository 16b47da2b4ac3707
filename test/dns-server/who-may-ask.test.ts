import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Access } from '../../src/dns-server/access.ts';
import { RateLimit } from '../../src/dns-server/rate-limit.ts';
import { addressesIn, aQuery, askUdp, rcodeOf, startDns } from '../kit/dns-rig.ts';

describe('who may ask', () => {
  const CASES: readonly (readonly [
    sentence: string,
    allow: readonly string[] | undefined,
    address: string,
    names: boolean,
    others: boolean,
  ])[] = [
    ['this host', undefined, '127.0.0.9', true, true],
    ['a private network', undefined, '10.255.0.1', true, true],
    ['a private network of carriers', undefined, '100.64.1.1', true, true],
    ['the internet', undefined, '8.8.8.8', false, false],
    ['just outside of a private network', undefined, '172.32.0.1', false, false],
    ['this host by IPv6', undefined, '::1', true, true],
    ['a local network by IPv6', undefined, 'fd00::7', true, true],
    ['a link, with its interface', undefined, 'fe80::7%eth0', true, true],
    ['the internet by IPv6', undefined, '2001:db8::1', false, false],
    ['who is named', ['203.0.113.0/24'], '203.0.113.9', true, true],
    ['a private network where others are named', ['203.0.113.0/24'], '10.0.0.1', false, false],
    ['the internet where everybody is let in', ['0.0.0.0/0'], '8.8.8.8', true, false],
    ['a private network where everybody is let in', ['0.0.0.0/0'], '10.0.0.1', true, true],
    ['who is named besides everybody', ['0.0.0.0/0', '203.0.113.9'], '203.0.113.9', true, true],
  ];
  for (const [sentence, allow, address, names, others] of CASES)
    it(`${sentence}: names of ours ${names ? 'yes' : 'no'}, of others ${others ? 'yes' : 'no'}`, () => {
      const access = new Access(allow, []);
      for (const time of ['first', 'again']) {
        assert.equal(access.mayAsk(address), names, time);
        assert.equal(access.mayAskOthers(address), others, time);
        assert.equal(access.mayTransfer(address), false, time);
      }
    });

  it('all others are told so, in no more bytes than they have sent and an OPT record', async (t) => {
    const dns = await startDns(t, { allow: ['127.0.0.2'] });
    const port = await dns.port();
    const query = aQuery('web.marathon.mesos', 'A');
    const refused = await askUdp(port, query);
    assert.equal(rcodeOf(refused), 'REFUSED');
    assert.deepEqual(addressesIn(refused), []);
    assert.equal(addressesIn(await askUdp(port, query, { from: '127.0.0.2' })).length, 2);
    const { counts } = await dns.facts((now) => now.counts.refused === 1);
    assert.equal(counts.queries.find(({ rcode }) => rcode === 5)?.count, 1);
  });

  it('names of others are for nobody where nobody is asked about them', async (t) => {
    const dns = await startDns(t);
    assert.equal(rcodeOf(await askUdp(await dns.port(), aQuery('example.com', 'A'))), 'REFUSED');
  });
});

describe('so many questions a second', () => {
  it('each client has its own, a network of IPv6 is one client, and this host has no limit', () => {
    let nowMs = 0;
    const limit = new RateLimit(2, () => nowMs);
    const take = (address: string): string => limit.take(address);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map(() => take('10.0.0.1')),
      ['answer', 'answer', 'truncate', 'drop', 'truncate'],
    );
    assert.equal(take('10.0.0.2'), 'answer');
    assert.deepEqual(['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1'].map(take), [
      'answer',
      'answer',
      'truncate',
      'answer',
    ]);
    assert.equal(
      [...Array(100).keys()].every(() => take('127.0.0.1') === 'answer'),
      true,
    );
    nowMs = 500;
    assert.deepEqual(
      [1, 2].map(() => take('10.0.0.1')),
      ['answer', 'drop'],
    );
    nowMs = 60_000;
    assert.deepEqual(
      [1, 2, 3].map(() => take('10.0.0.1')),
      ['answer', 'answer', 'truncate'],
    );
  });
});
