import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmallZone } from '../../kit/small-zone.ts';
import { ask, authorityOf, question, shown } from './rig.ts';
import type { Shown } from './rig.ts';

const zone = new SmallZone(['mesos'], {
  'ns1.mesos': { A: ['10.0.0.1'] },
  'chronos.marathon.mesos': { A: ['1.2.3.11'] },
  'toy-store.ipv6-framework.mesos': { AAAA: ['fd01:b::1:8000:2'] },
  '_liquor-store._tcp.marathon.mesos': {
    SRV: ['443', '80'].flatMap((port) => [
      `0 1 ${port} liquor-store-4dfjd-0.marathon.mesos`,
      `0 1 ${port} liquor-store-zasmd-1.marathon.mesos`,
    ]),
  },
  'liquor-store-4dfjd-0.marathon.mesos': { A: ['10.3.0.1'] },
  'liquor-store-zasmd-1.marathon.mesos': { A: ['10.3.0.2'] },
  '_car-store._udp.marathon.mesos': {
    SRV: ['0 1 31364 car-store-zinaz-0.marathon.slave.mesos', '0 1 31365 car-store-zinaz-0.marathon.slave.mesos'],
  },
  'car-store-zinaz-0.marathon.slave.mesos': { A: ['1.2.3.11'] },
});

const answered = (answers: readonly string[], additional: readonly string[] = []): Shown => ({
  rcode: 'NOERROR',
  answers,
  authority: [],
  additional,
});
const without = (rcode: string): Shown => ({ rcode, answers: [], authority: ['mesos SOA soa of ns1.mesos'], additional: [] });

const STORES = ['4dfjd-0', 'zasmd-1'];

const TABLE: readonly (readonly [sentence: string, name: string, type: string, expected: Shown])[] = [
  ['an address', 'chronos.marathon.mesos', 'A', answered(['chronos.marathon.mesos A 1.2.3.11'])],
  ['a name as it was written', 'cHrOnOs.MARATHON.mesoS', 'A', answered(['cHrOnOs.MARATHON.mesoS A 1.2.3.11'])],
  ['an IPv6 address', 'toy-store.ipv6-framework.mesos', 'AAAA', answered(['toy-store.ipv6-framework.mesos AAAA fd01:b::1:8000:2'])],
  [
    'a service with the addresses of its targets',
    '_liquor-store._tcp.marathon.mesos',
    'SRV',
    answered(
      ['443', '80'].flatMap((port) =>
        STORES.map((store) => `_liquor-store._tcp.marathon.mesos SRV 0 1 ${port} liquor-store-${store}.marathon.mesos`),
      ),
      STORES.map((store, nth) => `liquor-store-${store}.marathon.mesos A 10.3.0.${nth + 1}`),
    ),
  ],
  [
    'one target of two ports, told once',
    '_car-store._udp.marathon.mesos',
    'SRV',
    answered(
      ['31364', '31365'].map((port) => `_car-store._udp.marathon.mesos SRV 0 1 ${port} car-store-zinaz-0.marathon.slave.mesos`),
      ['car-store-zinaz-0.marathon.slave.mesos A 1.2.3.11'],
    ),
  ],
  ['another type of a name that is there', '_car-store._udp.marathon.mesos', 'A', without('NOERROR')],
  ['the start of the zone', 'mesos', 'SOA', answered(['mesos SOA soa of ns1.mesos'])],
  ['its name server, with the address', 'mesos', 'NS', answered(['mesos NS ns1.mesos'], ['ns1.mesos A 10.0.0.1'])],
  ['no address of the zone itself', 'mesos', 'A', without('NOERROR')],
  ['the start of a zone at a name that is not there', 'non-existing.mesos', 'SOA', without('NXDOMAIN')],
  ['a name that is not there', 'missing.mesos', 'A', without('NXDOMAIN')],
  ['a service that is not there', '_missing._tcp.marathon.mesos', 'SRV', without('NXDOMAIN')],
  ['no IPv6 address of a name that has another', 'chronos.marathon.mesos', 'AAAA', without('NOERROR')],
  ['a name that others are below (RFC 8020)', 'marathon.slave.mesos', 'A', without('NOERROR')],
  ['a type nobody knows (RFC 3597)', 'chronos.marathon.mesos', 'UNKNOWN_1000', without('NOERROR')],
  ['a name with a star in it', 'chronos.*.marathon.mesos', 'A', answered(['chronos.*.marathon.mesos A 1.2.3.11'])],
  ['a star alone', '*.mesos', 'A', without('NXDOMAIN')],
];

for (const [sentence, name, type, expected] of TABLE) {
  test(`answers: ${sentence}`, () => {
    const reply = ask(authorityOf(zone), question(name, type));
    assert.deepEqual(shown(reply), expected);
    assert.equal(reply.flag_aa, true);
    assert.equal(reply.flag_rd, true);
    assert.equal(reply.flag_ra, true);
    assert.equal(reply.id, 4711);
  });
}
