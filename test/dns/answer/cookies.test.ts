import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Cookies } from '../../../src/dns/answer/cookies.ts';
import { sipHash } from '../../../src/dns/answer/sip-hash.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const counted = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => at));

/** Of the paper's own program: the key is 00 to 0f, the data as many bytes counted from 00, the value as a little-endian number. */
const HASHES: readonly (readonly [length: number, value: bigint])[] = [
  [0, 0x726fdb47dd0e0e31n],
  [15, 0xa129ca6149be45e5n],
  [63, 0x958a324ceb064572n],
];

describe('SipHash-2-4', () => {
  for (const [length, value] of HASHES) {
    test(`of ${length} bytes`, () => assert.equal(sipHash(counted(16), counted(length)).readBigUInt64LE(), value));
  }
});

/** RFC 9018, appendix A. */
const VECTORS: readonly (readonly [sentence: string, secret: string, client: string, address: string, seconds: number, server: string])[] =
  [
    ['A.1', 'e5e973e5a6b2a43f48e7dc849e37bfcf', '2464c4abcf10c957', '198.51.100.100', 1_559_731_985, '010000005cf79f111f8130c3eee29480'],
    ['A.2', 'e5e973e5a6b2a43f48e7dc849e37bfcf', '2464c4abcf10c957', '198.51.100.100', 1_559_734_385, '010000005cf7a871d4a564a1442aca77'],
    ['A.3', 'e5e973e5a6b2a43f48e7dc849e37bfcf', 'fc93fc62807ddb86', '203.0.113.203', 1_559_734_700, '010000005cf7a9acf73a7810aca2381e'],
    [
      'A.4',
      '445536bcd2513298075a5d379663c962',
      '22681ab97d52c298',
      '2001:db8:220:1:59de:d0f4:8769:82b8',
      1_559_741_961,
      '010000005cf7c609a6bb79d16625507a',
    ],
  ];

const judged = (secret: string, option: string, address: string, seconds: number): string => {
  const judgement = new Cookies(hex(secret), () => seconds * 1000).judge(hex(option), address);
  return judgement.kind === 'malformed' ? 'malformed' : `${judgement.server} ${judgement.cookie.toString('hex')}`;
};

describe('a cookie that is given', () => {
  for (const [sentence, secret, client, address, seconds, server] of VECTORS) {
    test(`${sentence} of RFC 9018`, () => assert.equal(judged(secret, client, address, seconds), `none ${client}${server}`));
  }

  test('to an IPv4 address in IPv6 dress as to the address itself', () => {
    const [, secret, client, address, seconds, server] = VECTORS[0] ?? assert.fail();
    assert.equal(judged(secret, client, `::ffff:${address}`, seconds), `none ${client}${server}`);
  });
});

const [, SECRET, CLIENT, ADDRESS, MADE, SERVER] = VECTORS[0] ?? assert.fail();
const OURS = CLIENT + SERVER;

const renewed = (seconds: number): string => judged(SECRET, CLIENT, ADDRESS, seconds).replace('none ', '');

const SHOWN: readonly (readonly [sentence: string, option: string, address: string, age: number, expected: string])[] = [
  ['a new one is good, and kept', OURS, ADDRESS, 60, `good ${OURS}`],
  ['one of half an hour is good, and replaced', OURS, ADDRESS, 1800, `good ${renewed(MADE + 1800)}`],
  ['one of more than an hour is bad', OURS, ADDRESS, 3601, `bad ${renewed(MADE + 3601)}`],
  ['one of a clock a little before ours is good', OURS, ADDRESS, -299, `good ${OURS}`],
  ['one of a time to come is bad', OURS, ADDRESS, -301, `bad ${renewed(MADE - 301)}`],
  ['another cookie of the client is bad', `00${OURS.slice(2)}`, ADDRESS, 60, `bad 00${CLIENT.slice(2)}`],
  ['a hash with one bit changed is bad', `${OURS.slice(0, -1)}1`, ADDRESS, 60, `bad ${renewed(MADE + 60)}`],
  ['another version is bad', `${CLIENT}02${SERVER.slice(2)}`, ADDRESS, 60, `bad ${renewed(MADE + 60)}`],
  ['one of another length is bad', `${CLIENT}${SERVER}00`, ADDRESS, 60, `bad ${renewed(MADE + 60)}`],
  ['seven bytes are no cookie', CLIENT.slice(2), ADDRESS, 60, 'malformed'],
  ['none at all is no cookie', '', ADDRESS, 60, 'malformed'],
  ['a server part of seven bytes is no cookie', `${CLIENT}01000000000000`, ADDRESS, 60, 'malformed'],
  ['a server part of 33 bytes is no cookie', CLIENT + '00'.repeat(33), ADDRESS, 60, 'malformed'],
];

describe('a cookie that is shown', () => {
  for (const [sentence, option, address, age, expected] of SHOWN) {
    test(sentence, () => {
      const actual = judged(SECRET, option, address, MADE + age);
      assert.ok(actual.startsWith(expected), `${actual}, expected ${expected}`);
    });
  }

  test('from another address is bad', () => assert.match(judged(SECRET, OURS, '198.51.100.101', MADE), /^bad /));

  // A.3: the reserved bytes are another server's, and part of what is hashed.
  test('with reserved bytes of another server is good', () => {
    const shown = 'fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5';
    assert.match(judged(SECRET, shown, '203.0.113.203', 1_559_728_000), /^good fc93fc62807ddb8601abcdef/);
  });
});
