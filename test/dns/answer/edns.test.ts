import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnswerOptions } from '../../../src/dns/answer/options.ts';
import { SmallZone } from '../../kit/small-zone.ts';
import { authorityOf, bytesOf } from './rig.ts';
import { RCODE, queryBytes, readReply } from './wire.ts';
import type { QueryBytes, WireReply } from './wire.ts';

const zone = new SmallZone(['mesos'], {
  'many.mesos': { A: Array.from({ length: 300 }, (_, nth) => `10.0.${nth >> 8}.${nth & 255}`) },
  '_web._tcp.mesos': { SRV: Array.from({ length: 20 }, (_, nth) => `0 1 ${31_000 + nth} web-${nth}.marathon.slave.mesos`) },
  ...Object.fromEntries(
    Array.from({ length: 20 }, (_, nth) => [`web-${nth}.marathon.slave.mesos`, { A: [`10.1.0.${nth}`, `10.2.0.${nth}`] }]),
  ),
});

const MANY = { name: '\x04many\x05mesos\0', type: 1 };
const WEB = { name: '\x04_web\x04_tcp\x05mesos\0', type: 33 };
const CH = { class: 3, type: 16 };

const NSID = Buffer.from('edge-1');
const SECRET = Buffer.from('e5e973e5a6b2a43f48e7dc849e37bfcf', 'hex');
const CLIENT = Buffer.from('2464c4abcf10c957', 'hex');
const OURS = Buffer.from('2464c4abcf10c957010000005cf79f111f8130c3eee29480', 'hex');
const NOW = 1_559_731_985_000;
const COOKIES = { cookieSecret: SECRET, now: () => NOW };
const REQUIRED = { ...COOKIES, requiresCookie: true };
const STALE = { freshness: () => ({ state: 'stale' }) as const };
const NOT_READY = { freshness: () => ({ state: 'not-ready' }) as const };

const asked = (
  query: QueryBytes,
  options: Partial<AnswerOptions> = {},
  transport: 'udp' | 'tcp' = 'udp',
): WireReply & { readonly size: number } => {
  const bytes = bytesOf(authorityOf(zone, options).answer(queryBytes(query), { transport, address: '198.51.100.100' }));
  return { ...readReply(bytes), size: bytes.length };
};

const withOptions = (...options: readonly (readonly [code: number, data: Buffer])[]): NonNullable<QueryBytes['edns']> => ({
  payload: 1232,
  options: options.map(([code, data]) => ({ code, data })),
});

const isCut = (reply: WireReply): boolean => (reply.third & 0x02) !== 0;

/** Of 300 addresses at 16 bytes each, after header and question of 28 bytes, with an OPT record of 11 where one was sent. */
const SIZES: readonly (readonly [sentence: string, edns: QueryBytes['edns'], size: number, answers: number])[] = [
  ['512 bytes without EDNS', undefined, 508, 30],
  ['512 for who says less', { payload: 0 }, 503, 29],
  ['512', { payload: 512 }, 503, 29],
  ['what the client takes', { payload: 800 }, 791, 47],
  ['1232', { payload: 1232 }, 1223, 74],
  ['1232 for who takes more', { payload: 4096 }, 1223, 74],
];

describe('over UDP an answer has at most', () => {
  for (const [sentence, edns, size, answers] of SIZES) {
    test(sentence, () => {
      const reply = asked({ ...MANY, ...(edns === undefined ? {} : { edns }) });
      assert.deepEqual([reply.size, reply.answers.length, isCut(reply)], [size, answers, true]);
    });
  }

  test('what is configured', () => assert.equal(asked({ ...MANY, edns: { payload: 4096 } }, { maxUdpSize: 4096 }).size, 4087));
  test('as much as fits, without a word of the cut where that is wanted', () => {
    const reply = asked(MANY, { setTruncateBit: false });
    assert.deepEqual([reply.answers.length, isCut(reply)], [30, false]);
  });
});

describe('what is cut', () => {
  test('is another part each time', () => {
    const authority = authorityOf(zone);
    const seen = new Map<string, number>();
    const TIMES = 2000;
    for (let time = 0; time < TIMES; time += 1) {
      const bytes = bytesOf(authority.answer(queryBytes(MANY), { transport: 'udp', address: '::1' }));
      for (const { data } of readReply(bytes).answers) seen.set(data.toString('hex'), (seen.get(data.toString('hex')) ?? 0) + 1);
    }
    assert.equal(seen.size, 300);
    // Each of 300 is among the 30 in a tenth of all times: six standard deviations are 80 of 200.
    for (const [address, count] of seen) assert.ok(Math.abs(count - TIMES / 10) < 80, `${address} ${count} times`);
  });

  test('is whole over TCP', () => {
    const reply = asked(MANY, {}, 'tcp');
    assert.deepEqual([reply.answers.length, isCut(reply)], [300, false]);
  });

  test('are addresses of targets first, and nobody is told', () => {
    const reply = asked({ ...WEB, edns: { payload: 1232 } });
    const told = Map.groupBy(reply.additional, ({ name }) => name);
    assert.deepEqual([reply.answers.length, isCut(reply)], [20, false]);
    assert.ok(told.size > 0 && told.size < 20, `${told.size} targets with addresses`);
    for (const [name, addresses] of told) assert.equal(addresses.length, 2, `one of two addresses of ${name}`);
  });
});

test('every order of an answer is as likely as any other', () => {
  const three = new SmallZone(['mesos'], { 'three.mesos': { A: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] } });
  const authority = authorityOf(three);
  const orders = new Map<string, number>();
  for (let time = 0; time < 6000; time += 1) {
    const bytes = bytesOf(authority.answer(queryBytes({ name: '\x05three\x05mesos\0', type: 1 }), { transport: 'udp', address: '::1' }));
    const order = readReply(bytes)
      .answers.map(({ data }) => data[3])
      .join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  assert.equal(orders.size, 6);
  for (const [order, count] of orders) assert.ok(Math.abs(count - 1000) < 180, `${order} ${count} times`);
});

const hexOf = (options: NonNullable<WireReply['opt']>['options'] | undefined): readonly string[] =>
  (options ?? []).map(({ code, data }) => `${code} ${data.toString('hex')}`);

const NSID_SHOWN = `3 ${NSID.toString('hex')}`;
const OUR_COOKIE = `10 ${OURS.toString('hex')}`;
const STOLEN = Buffer.concat([OURS.subarray(0, -1), Buffer.from([0])]);

/** Query, options of ours, and what comes: rcode, options, how many answers, whether TCP is asked for. */
type Row = readonly [
  sentence: string,
  query: QueryBytes,
  options: Partial<AnswerOptions>,
  expected: readonly [number, readonly string[], number, boolean],
];
const FEW: QueryBytes = { ...MANY, name: '\x05web-1\x08marathon\x05slave\x05mesos\0' };
const NONE: QueryBytes = { ...MANY, name: '\x04none\x05mesos\0' };

const OPTIONS: readonly Row[] = [
  ['who we are, to who asks', { ...FEW, edns: withOptions([3, Buffer.alloc(0)]) }, { nsid: NSID }, [0, [NSID_SHOWN], 2, false]],
  ['not who we are, to who does not ask', { ...FEW, edns: { payload: 1232 } }, { nsid: NSID }, [0, [], 2, false]],
  ['not who we are, where that is hidden', { ...FEW, edns: withOptions([3, Buffer.alloc(0)]) }, {}, [0, [], 2, false]],
  ['that an answer is old', { ...FEW, edns: { payload: 1232 } }, STALE, [0, ['15 0003'], 2, false]],
  ['that a name may be there by now', { ...NONE, edns: { payload: 1232 } }, STALE, [3, ['15 0013'], 0, false]],
  ['an old answer, without EDNS', FEW, STALE, [0, [], 2, false]],
  ['that we know nothing yet', { ...FEW, edns: { payload: 1232 } }, NOT_READY, [2, ['15 000e'], 0, false]],
  [
    'that we know nothing yet of names that we keep',
    { ...NONE, name: '\x01x\x09directory\0', edns: { payload: 1232 } },
    NOT_READY,
    [2, ['15 000e'], 0, false],
  ],
  ['a cookie, to who has none of ours', { ...FEW, edns: withOptions([10, CLIENT]) }, COOKIES, [0, [OUR_COOKIE], 2, false]],
  ['the same cookie, to who has one', { ...FEW, edns: withOptions([10, OURS]) }, COOKIES, [0, [OUR_COOKIE], 2, false]],
  ['a good cookie, to who has a wrong one', { ...FEW, edns: withOptions([10, STOLEN]) }, COOKIES, [0, [OUR_COOKIE], 2, false]],
  ['a form error, to who has half a cookie', { ...FEW, edns: withOptions([10, CLIENT.subarray(1)]) }, COOKIES, [1, [], 0, false]],
  ['no cookie, where there are none', { ...FEW, edns: withOptions([10, CLIENT]) }, {}, [0, [], 2, false]],
  [
    'nothing but a cookie, where one is required and missing',
    { ...FEW, edns: withOptions([10, CLIENT]) },
    REQUIRED,
    [23, [OUR_COOKIE], 0, false],
  ],
  [
    'nothing but a cookie, where one is required and wrong',
    { ...FEW, edns: withOptions([10, STOLEN]) },
    REQUIRED,
    [23, [OUR_COOKIE], 0, false],
  ],
  ['an answer, where one is required and shown', { ...FEW, edns: withOptions([10, OURS]) }, REQUIRED, [0, [OUR_COOKIE], 2, false]],
  ['go to TCP, where one is required and the client knows none', FEW, REQUIRED, [0, [], 0, true]],
  [
    'a cookie with BADVERS',
    { ...FEW, edns: { ...withOptions([10, CLIENT]), payload: 1232, version: 1 } },
    COOKIES,
    [16, [OUR_COOKIE], 0, false],
  ],
  [
    'a cookie alone, to who asks for nothing else',
    { ...FEW, isHeaderOnly: true, edns: withOptions([10, CLIENT]) },
    COOKIES,
    [0, [OUR_COOKIE], 0, false],
  ],
  [
    'that a cookie is wrong, to who asks for nothing else',
    { ...FEW, isHeaderOnly: true, edns: withOptions([10, STOLEN]) },
    COOKIES,
    [23, [OUR_COOKIE], 0, false],
  ],
  [
    'a form error, to who asks for nothing, where there are no cookies',
    { ...FEW, isHeaderOnly: true, edns: withOptions([10, CLIENT]) },
    {},
    [1, [], 0, false],
  ],
  ['a form error, to who asks for nothing at all', { ...FEW, isHeaderOnly: true }, COOKIES, [1, [], 0, false]],
  ['who we are, in class CH', { ...CH, name: '\x02id\x06server\0' }, { nsid: NSID }, [0, [], 1, false]],
  ['not who we are in class CH, where that is hidden', { ...CH, name: '\x02id\x06server\0' }, {}, [5, [], 0, false]],
  ['never what version we are', { ...CH, name: '\x07version\x04bind\0' }, { nsid: NSID }, [5, [], 0, false]],
  ['a refusal, to another class', { ...FEW, class: 4 }, {}, [5, [], 0, false]],
];

describe('is told', () => {
  for (const [sentence, query, options, expected] of OPTIONS) {
    test(sentence, () => {
      const reply = asked(query, options);
      assert.deepEqual([reply.rcode, hexOf(reply.opt?.options), reply.answers.length, isCut(reply)], expected);
      assert.equal(reply.opt !== undefined, query.edns !== undefined, 'an OPT record for an OPT record');
      if (reply.rcode === RCODE.BADCOOKIE) assert.equal(reply.third & 0x04, 0, 'no word of ours about the name');
    });
  }

  test('a cookie is not required over TCP', () => assert.equal(asked(FEW, REQUIRED, 'tcp').answers.length, 2));
});
