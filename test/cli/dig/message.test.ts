import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Answer, encode } from 'dns-packet';
import { dataText, typeText } from '../../../src/dns/data-text.ts';
import { knownName, toText } from '../../../src/dns/name.ts';
import { readMessage } from '../../../src/cli/dig/message.ts';
import { queryFor } from '../../../src/cli/dig/query.ts';
import { questionOf } from '../../../src/cli/dig/question.ts';

const NAME = 'web.marathon.mesos';

const RECORDS: readonly (readonly [sentence: string, record: Answer, text: string])[] = [
  ['an address', { type: 'A', name: NAME, ttl: 5, data: '10.1.0.5' }, 'web.marathon.mesos. 5 A 10.1.0.5'],
  ['an IPv6 address', { type: 'AAAA', name: NAME, ttl: 5, data: 'fd01:b::1' }, 'web.marathon.mesos. 5 AAAA fd01:b::1'],
  [
    'a service',
    { type: 'SRV', name: '_web._tcp.marathon.mesos', ttl: 5, data: { priority: 0, weight: 1, port: 31010, target: NAME } },
    '_web._tcp.marathon.mesos. 5 SRV 0 1 31010 web.marathon.mesos.',
  ],
  ['an alias', { type: 'CNAME', name: 'shop.mesos', ttl: 60, data: NAME }, 'shop.mesos. 60 CNAME web.marathon.mesos.'],
  [
    'whose an address is',
    { type: 'PTR', name: '5.0.1.10.in-addr.arpa', ttl: 5, data: NAME },
    '5.0.1.10.in-addr.arpa. 5 PTR web.marathon.mesos.',
  ],
  ['texts', { type: 'TXT', name: NAME, ttl: 5, data: ['a "b"', 'c\\'] }, String.raw`web.marathon.mesos. 5 TXT "a \"b\"" "c\\"`],
  [
    'the begin of a zone',
    {
      type: 'SOA',
      name: 'mesos',
      ttl: 5,
      data: { mname: 'ns1.mesos', rname: 'root.ns1.mesos', serial: 4_000_000_000, refresh: 60, retry: 600, expire: 86_400, minimum: 1 },
    },
    'mesos. 5 SOA ns1.mesos. root.ns1.mesos. 4000000000 60 600 86400 1',
  ],
  [
    'a mail server',
    { type: 'MX', name: 'example.com', ttl: 5, data: { preference: 10, exchange: 'example.com' } },
    String.raw`example.com. 5 MX \# 15 000a076578616d706c6503636f6d00`,
  ],
];

const shown = ({ name, ttlSeconds, type, data }: ReturnType<typeof readMessage>['answers'][number]): string =>
  `${toText(name)} ${ttlSeconds} ${typeText(type)} ${dataText(type, data)}`;

const HEAD = '000785800000000100000000';
const A_RECORD = '000100010000000500040a000001';

describe('an answer as sluice dig reads it', () => {
  for (const [sentence, record, text] of RECORDS)
    it(sentence, () => {
      const bytes = encode({ type: 'response', id: 7, flags: 0x0580, questions: [{ type: 'A', name: NAME }], answers: [record, record] });
      const message = readMessage(bytes);
      assert.deepEqual([message.id, message.rcode, message.flags], [7, 0, ['qr', 'aa', 'rd', 'ra']]);
      assert.deepEqual(message.answers.map(shown), [text, text]);
    });

  it('names of the question and of each other, compressed', () => {
    const question = Buffer.from('00078580000100020000000003776562056d65736f730000010001', 'hex');
    const alias = Buffer.from('c00c00050001000000050006036e7331c010', 'hex');
    const message = readMessage(Buffer.concat([question, alias, alias]));
    assert.deepEqual(message.answers.map(shown), ['web.mesos. 5 CNAME ns1.mesos.', 'web.mesos. 5 CNAME ns1.mesos.']);
  });

  it('why it is what it is, and codes that have no room in the header', () => {
    const text = Buffer.from('\0\x13not confirmed', 'latin1');
    const option = Buffer.concat([Buffer.from([0, 15, 0, text.length]), text]);
    const opt = Buffer.concat([Buffer.from('00002904d001000000', 'hex'), Buffer.from([0, option.length]), option]);
    const { rcode, errors, additional } = readMessage(Buffer.concat([Buffer.from('000780000000000000000001', 'hex'), opt]));
    assert.deepEqual([rcode, errors, additional], [16, [{ code: 19, text: 'not confirmed' }], []]);
  });

  const WRONG: readonly (readonly [sentence: string, hex: string])[] = [
    ['nothing', ''],
    ['half a header', '000785800001'],
    ['a question that is not there', '000785800001000000000000'],
    ['a name that leads to itself', `${HEAD}c00c${A_RECORD}`],
    ['a name that leads beyond its end', `${HEAD}c0ff${A_RECORD}`],
    ['a name without end', `${HEAD}3f61`],
    ['data that is cut off', `${HEAD}00000100010000000500040a00`],
    ['a name longer than its record says', `${HEAD}00000c00010000000500010161016200`],
    ['an answer that is not there', `00078580000000020000000000${A_RECORD}`],
  ];
  for (const [sentence, hex] of WRONG)
    it(`is none: ${sentence}`, () => {
      assert.throws(() => readMessage(Buffer.from(hex, 'hex')), RangeError);
    });
});

describe('what sluice dig asks', () => {
  const ASKED: readonly (readonly [sentence: string, given: readonly [string, string?], name: string, type: string])[] = [
    ['a name: its addresses', ['web.marathon.mesos'], 'web.marathon.mesos.', 'A'],
    ['a name with a type in small letters', ['web.marathon.mesos.', 'aaaa'], 'web.marathon.mesos.', 'AAAA'],
    ['a service: what SRV records have', ['_web._tcp.marathon.mesos'], '_web._tcp.marathon.mesos.', 'SRV'],
    ['an address: whose it is', ['10.0.0.7'], '7.0.0.10.in-addr.arpa.', 'PTR'],
    ['an IPv6 address', ['2001:db8::1'], `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa.`, 'PTR'],
    ['a type by its number', ['mesos', 'TYPE6'], 'mesos.', 'SOA'],
    ['the root', ['.', 'NS'], '.', 'NS'],
  ];
  for (const [sentence, [name, type], asked, typeAsked] of ASKED)
    it(sentence, () => {
      const question = questionOf(name, type);
      assert.deepEqual([toText(question.name), typeText(question.type)], [asked, typeAsked]);
    });

  it('is refused where there is no such name, or type', () => {
    for (const name of ['a..b', `${'a'.repeat(64)}.mesos`]) assert.throws(() => questionOf(name, undefined), /is no domain name/, name);
    for (const type of ['B', 'TYPE', 'TYPE70000', '1']) assert.throws(() => questionOf('mesos', type), /is no record type/, type);
  });

  it('goes out with EDNS and an id that differs', () => {
    const ids = new Set(Array.from({ length: 20 }, () => queryFor(knownName('web.mesos'), 1).readUInt16BE(0)));
    assert.ok(ids.size > 10);
    const query = queryFor(knownName('web.mesos'), 1).toString('hex').slice(4);
    assert.equal(query, `0100000100000000000103776562056d65736f73000001000100002904d0000000000000`);
  });
});
