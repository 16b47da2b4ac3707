import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RCODE } from '../../../src/dns/packet/codes.ts';
import { readQuery } from '../../../src/dns/packet/query.ts';
import { bareReply, errorReply } from '../../../src/dns/packet/reply.ts';
import { queryBytes, readReply } from '../answer/wire.ts';

const WEB = '\x03wEb\x05MESOS\0';
const QUESTION = { name: WEB, type: 1 };

/** The same message with other bytes from there on. */
const patched = (bytes: Buffer, at: number, ...values: readonly number[]): Buffer => {
  const other = Buffer.from(bytes);
  other.set(values, at);
  return other;
};

const PLAIN = queryBytes(QUESTION);
const WITH_OPT = queryBytes({ ...QUESTION, edns: { payload: 1232 } });
const OPT_AT = PLAIN.length;
const OPT = WITH_OPT.subarray(OPT_AT);
const withOption = (code: number, data: Buffer): Buffer => queryBytes({ ...QUESTION, edns: { payload: 1232, options: [{ code, data }] } });
const A_RECORD = Buffer.from('c00c00010001000000050004', 'hex');
const ADDRESS = Buffer.from([10, 0, 0, 1]);

const label = (length: number): string => String.fromCharCode(length) + 'a'.repeat(length);
const longName = (last: number): string => `${label(63).repeat(3)}${label(last)}\0`;

/** What is read: the rcode of what is bad. */
const outcome = (bytes: Buffer): string => {
  const read = readQuery(bytes);
  if (read.kind === 'drop') return 'drop';
  return read.kind === 'query'
    ? 'query'
    : `bad ${read.rcode}${read.questionEnd > 12 ? ' with the question' : ''}${read.edns === undefined ? '' : ' and OPT'}`;
};

const FORMERR = 'bad 1';
const FORMERR_ASKED = 'bad 1 with the question';
const NOTIMP = 'bad 4';

const TABLE: readonly (readonly [sentence: string, bytes: Buffer, expected: string])[] = [
  ['nothing', Buffer.alloc(0), 'drop'],
  ['less than a header', PLAIN.subarray(0, 11), 'drop'],
  ['an answer', patched(PLAIN, 2, 0x80), 'drop'],
  ['an answer that is malformed', patched(PLAIN.subarray(0, 12), 2, 0x80), 'drop'],
  ['one question', PLAIN, 'query'],
  ['one question and OPT', WITH_OPT, 'query'],
  ['a NOTIFY', patched(PLAIN, 2, 0x20), NOTIMP],
  ['an unknown opcode, cut after its header', patched(PLAIN.subarray(0, 12), 2, 0x78), NOTIMP],
  ['no question', patched(PLAIN.subarray(0, 12), 5, 0), FORMERR],
  ['no question, but bytes', patched(PLAIN, 5, 0), FORMERR],
  ['two questions', patched(Buffer.concat([PLAIN, PLAIN.subarray(12)]), 5, 2), FORMERR],
  ['two questions promised', patched(PLAIN, 5, 2), FORMERR],
  ['a header that promises a question', PLAIN.subarray(0, 12), FORMERR],
  ['a name without an end', PLAIN.subarray(0, 18), FORMERR],
  ['no type', PLAIN.subarray(0, -4), FORMERR],
  ['half a class', PLAIN.subarray(0, -1), FORMERR],
  ['a byte too many', Buffer.concat([PLAIN, Buffer.from([0])]), FORMERR_ASKED],
  ['a pointer for a name', patched(PLAIN, 12, 0xc0, 12), FORMERR],
  ['a pointer in a name', patched(PLAIN, 16, 0xc0, 12), FORMERR],
  ['a label of an unknown kind', patched(PLAIN, 12, 0x41), FORMERR],
  ['a name of 255 bytes', queryBytes({ ...QUESTION, name: longName(61) }), 'query'],
  ['a name of 256 bytes', queryBytes({ ...QUESTION, name: longName(62) }), FORMERR],
  ['a name of 257 bytes', queryBytes({ ...QUESTION, name: longName(63) }), FORMERR],
  ['the root', queryBytes({ ...QUESTION, name: '\0' }), 'query'],
  ['an OPT record promised', patched(PLAIN, 11, 1), FORMERR_ASKED],
  ['half an OPT record', WITH_OPT.subarray(0, -1), FORMERR_ASKED],
  ['two OPT records', patched(Buffer.concat([WITH_OPT, OPT]), 11, 2), `${FORMERR_ASKED} and OPT`],
  ['an OPT record among the answers', patched(patched(WITH_OPT, 11, 0), 7, 1), FORMERR_ASKED],
  ['an OPT record with a name', patched(Buffer.concat([PLAIN, Buffer.from([1, 120]), OPT]), 11, 1), FORMERR_ASKED],
  [
    'an OPT record whose name is a pointer to the root',
    patched(Buffer.concat([PLAIN, Buffer.from([0xc0, 22]), OPT.subarray(1)]), 11, 1),
    FORMERR_ASKED,
  ],
  ['an option of the data that there is', withOption(65_001, Buffer.from('abc')), 'query'],
  ['an option longer than its record', patched(withOption(65_001, Buffer.from('abc')), OPT_AT + 14, 4), FORMERR_ASKED],
  ['an option without a length', patched(Buffer.concat([WITH_OPT, Buffer.from([0, 3])]), OPT_AT + 10, 2), FORMERR_ASKED],
  ['another record before OPT', patched(Buffer.concat([PLAIN, A_RECORD, ADDRESS, OPT]), 11, 2), 'query'],
  ['another record after OPT', patched(Buffer.concat([WITH_OPT, A_RECORD, ADDRESS]), 11, 2), 'query'],
  ['a record cut in its data', patched(Buffer.concat([PLAIN, A_RECORD, ADDRESS.subarray(1)]), 11, 1), FORMERR_ASKED],
  [
    'a record whose name points at itself',
    patched(Buffer.concat([PLAIN, patched(A_RECORD, 1, PLAIN.length), ADDRESS]), 11, 1),
    FORMERR_ASKED,
  ],
  ['more records than can be', patched(WITH_OPT, 6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), FORMERR_ASKED],
];

describe('a packet with', () => {
  for (const [sentence, bytes, expected] of TABLE) test(sentence, () => assert.equal(outcome(bytes), expected));
});

test('the name is read in lower case, letters of ASCII alone', () => {
  const read = readQuery(queryBytes({ name: '\x05AZ@[\xc4\x01_\0', type: 33 }));
  assert.ok(read.kind === 'query');
  assert.deepEqual([read.name, read.type, read.class, read.questionEnd], ['\x05az@[\xc4\x01_\0', 33, 1, 25]);
});

test('EDNS is read', () => {
  const options = [
    { code: 3, data: Buffer.alloc(0) },
    { code: 10, data: Buffer.from('12345678') },
    { code: 10, data: Buffer.from('87654321') },
  ];
  const bytes = queryBytes({ ...QUESTION, edns: { payload: 4096, version: 1, flags: 0x8000, options } });
  const read = readQuery(bytes);
  assert.ok(read.kind === 'query' && read.edns?.cookie !== undefined);
  const { cookie, ...edns } = read.edns;
  assert.deepEqual(edns, { payloadSize: 4096, version: 1, isDnssecOk: true, asksNsid: true });
  assert.equal(bytes.toString('latin1', cookie.start, cookie.end), '12345678', 'the first of two cookies');
});

const ERRORS: readonly (readonly [
  sentence: string,
  query: Buffer,
  more: { readonly ede?: number },
  expected: readonly [number, boolean, readonly string[] | undefined],
])[] = [
  ['to a question', PLAIN, {}, [2, true, undefined]],
  ['with a reason, where there is room for none', PLAIN, { ede: 22 }, [2, true, undefined]],
  ['with a reason', WITH_OPT, { ede: 22 }, [2, true, ['15 0016']]],
  ['without one', WITH_OPT, {}, [2, true, []]],
  ['to what is malformed', PLAIN.subarray(0, 15), {}, [2, false, undefined]],
];

describe('an error', () => {
  for (const [sentence, query, more, expected] of ERRORS) {
    test(sentence, () => {
      const { rcode, question, opt, id } = readReply(errorReply(query, RCODE.SERVFAIL, more));
      assert.deepEqual([rcode, question !== undefined, opt?.options.map(({ code, data }) => `${code} ${data.toString('hex')}`)], expected);
      assert.equal(id, 0x1234);
      if (question !== undefined) assert.deepEqual(question, { name: WEB, type: 1, class: 1 });
    });
  }

  test('that needs an OPT record is SERVFAIL where there is none', () => {
    const bytes = bareReply(PLAIN, { questionEnd: 12, edns: undefined, rcode: RCODE.BADVERS });
    assert.equal(readReply(bytes).rcode, RCODE.SERVFAIL);
  });
});
