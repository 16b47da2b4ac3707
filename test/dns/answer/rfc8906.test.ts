import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RCODE, readReply } from './wire.ts';
import type { WireReply } from './wire.ts';
import { SmallZone } from '../../kit/small-zone.ts';
import { authorityOf, bytesOf } from './rig.ts';
import { queryBytes } from './wire.ts';
import type { QueryBytes } from './wire.ts';

const zone = new SmallZone(['mesos'], {
  'ns1.mesos': { A: ['10.0.0.1'] },
  'many.mesos': { TXT: Array.from({ length: 60 }, (_, nth) => `text ${nth} ${'x'.repeat(40)}`) },
});

const NO_EDNS = {};
const PLAIN = { edns: { payload: 1232 } };

interface Expected {
  readonly rcode: number;
  readonly answers: number;
  readonly isAuthoritative: boolean;
  /** Undefined: no OPT record at all. */
  readonly opt?: { readonly isDnssecOk: boolean };
  readonly isCut?: boolean;
}

const SOA: Expected = { rcode: RCODE.NOERROR, answers: 1, isAuthoritative: true };
const SOA_WITH_OPT: Expected = { ...SOA, opt: { isDnssecOk: false } };
const BADVERS: Expected = { rcode: RCODE.BADVERS, answers: 0, isAuthoritative: false, opt: { isDnssecOk: false } };
const UNKNOWN_OPTION = { code: 100, data: Buffer.from('what') };
const OPTIONS = [
  { code: 3, data: Buffer.alloc(0) },
  { code: 8, data: Buffer.from('0001000000', 'hex') },
  { code: 9, data: Buffer.alloc(0) },
  { code: 10, data: Buffer.from('0102030405060708', 'hex') },
];

/** RFC 8906, 8: what is asked, and what has to come. Of the zone's apex SOA where nothing else is said. */
const TABLE: readonly (readonly [sentence: string, query: Partial<QueryBytes>, expected: Expected])[] = [
  ['8.1.1 is the server there for the zone', NO_EDNS, SOA],
  ['8.1.2 an unknown type', { type: 1000 }, { ...SOA, answers: 0 }],
  ['8.1.3.1 CD=1', { fourth: 0x10 }, SOA],
  ['8.1.3.2 AD=1', { fourth: 0x20 }, SOA],
  ['8.1.3.3 the reserved bit', { fourth: 0x40 }, SOA],
  ['8.1.3.4 RD=1', { third: 0x01 }, SOA],
  ['all of them at once', { third: 0x07, fourth: 0xff }, SOA],
  [
    '8.1.4 an unknown opcode, and a header alone',
    { third: 0x78, isHeaderOnly: true },
    { rcode: RCODE.NOTIMP, answers: 0, isAuthoritative: false },
  ],
  [
    'an unknown opcode with all flags',
    { third: 0x7f, fourth: 0xf0, isHeaderOnly: true },
    { rcode: RCODE.NOTIMP, answers: 0, isAuthoritative: false },
  ],
  ['a NOTIFY', { third: 0x20 }, { rcode: RCODE.NOTIMP, answers: 0, isAuthoritative: false }],
  ['an UPDATE', { third: 0x28 }, { rcode: RCODE.NOTIMP, answers: 0, isAuthoritative: false }],
  ['a STATUS', { third: 0x10 }, { rcode: RCODE.NOTIMP, answers: 0, isAuthoritative: false }],
  ['8.2.1 EDNS', PLAIN, SOA_WITH_OPT],
  ['8.2.2 EDNS version 1', { edns: { payload: 1232, version: 1 } }, BADVERS],
  ['EDNS version 255', { edns: { payload: 1232, version: 255 } }, BADVERS],
  ['8.2.3 an unknown option', { edns: { payload: 1232, options: [UNKNOWN_OPTION] } }, SOA_WITH_OPT],
  ['8.2.4 unknown flags of EDNS', { edns: { payload: 1232, flags: 0x7fff } }, SOA_WITH_OPT],
  ['8.2.5 version 1 with unknown flags', { edns: { payload: 1232, version: 1, flags: 0x7fff } }, BADVERS],
  ['8.2.6 version 1 with an unknown option', { edns: { payload: 1232, version: 1, options: [UNKNOWN_OPTION] } }, BADVERS],
  [
    '8.2.7 an answer that is cut has its OPT record',
    { name: '\x04many\x05mesos\0', type: 16, edns: { payload: 512, flags: 0x8000 } },
    { rcode: RCODE.NOERROR, answers: 7, isAuthoritative: true, opt: { isDnssecOk: true }, isCut: true },
  ],
  ['8.2.8 DO=1', { edns: { payload: 1232, flags: 0x8000 } }, { ...SOA, opt: { isDnssecOk: true } }],
  ['8.2.9 version 1 with DO=1', { edns: { payload: 1232, version: 1, flags: 0x8000 } }, { ...BADVERS, opt: { isDnssecOk: true } }],
  ['8.2.10 several options', { edns: { payload: 1232, options: OPTIONS } }, SOA_WITH_OPT],
];

const facts = (reply: WireReply): Expected => ({
  rcode: reply.rcode,
  answers: reply.answers.length,
  isAuthoritative: (reply.third & 0x04) !== 0,
  ...(reply.opt === undefined ? {} : { opt: { isDnssecOk: reply.opt.flags === 0x8000 } }),
  ...((reply.third & 0x02) === 0 ? {} : { isCut: true }),
});

const asked = (query: Partial<QueryBytes>, transport: 'udp' | 'tcp'): WireReply =>
  readReply(bytesOf(authorityOf(zone).answer(queryBytes({ name: '\x05mesos\0', type: 6, ...query }), { transport, address: '127.0.0.1' })));

describe('RFC 8906', () => {
  for (const [sentence, query, expected] of TABLE) {
    test(sentence, () => {
      const reply = asked(query, 'udp');
      assert.deepEqual(facts(reply), expected);
      assert.equal(reply.fourth & 0x60, 0, 'Z and AD are never set');
      assert.equal(reply.third & 0x78, (query.third ?? 0) & 0x78, 'the opcode is given back');
      assert.equal(reply.third & 0x01, (query.third ?? 0) & 0x01, 'RD is given back');
      assert.equal(reply.fourth & 0x10, (query.fourth ?? 0) & 0x10, 'CD is given back');
      if (reply.opt !== undefined) assert.deepEqual([reply.opt.version, reply.opt.payload, reply.opt.options], [0, 1232, []]);
    });
  }

  test('8.1.5 TCP', () => assert.deepEqual(facts(asked(NO_EDNS, 'tcp')), SOA));
  test('what is cut over UDP is whole over TCP', () =>
    assert.equal(asked({ name: '\x04many\x05mesos\0', type: 16 }, 'tcp').answers.length, 60));
});
