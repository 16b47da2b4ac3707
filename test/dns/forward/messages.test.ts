import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Answer, decode, encode } from 'dns-packet';
import fc from 'fast-check';
import { clientReply } from '../../../src/dns/forward/client-reply.ts';
import type { Kept } from '../../../src/dns/forward/kept.ts';
import { readReply, type Verdict } from '../../../src/dns/forward/read-reply.ts';
import { lettersIn, spell } from '../../../src/dns/forward/spelling.ts';
import { withTail } from '../../../src/dns/forward/tail.ts';
import { upstreamQuery } from '../../../src/dns/forward/upstream-query.ts';
import { knownName, lower } from '../../../src/dns/name.ts';
import { type Query, readQuery } from '../../../src/dns/packet/query.ts';

const NAME = 'www.example.com';
const QUESTION = { name: knownName(NAME), type: 1, isDnssecOk: false, isUnchecked: false };
const SENT = upstreamQuery(QUESTION, { id: 7, bits: undefined, hasEdns: true });
const OPT: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  flags: 0,
  options: [],
  extendedRcode: 0,
  ednsVersion: 0,
  flag_do: false,
};

interface Sections {
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
}

const replyWith = ({ answers, authorities, additionals }: Partial<Sections>, flags = 0x8180): Buffer =>
  encode({
    type: 'response',
    id: 7,
    flags: flags & 0x7fff,
    questions: [{ type: 'A', name: NAME }],
    answers: [...(answers ?? [])],
    authorities: [...(authorities ?? [])],
    additionals: [...(additionals ?? [])],
  });

const keptOf = (verdict: Verdict): Kept => {
  assert.equal(verdict.kind, 'reply');
  return verdict.kept;
};

const clientQuery = (edns: number | undefined): { readonly query: Buffer; readonly asked: Query } => {
  const additionals: Answer[] = edns === undefined ? [] : [{ ...OPT, type: 'OPT', udpPayloadSize: edns }];
  const query = encode({ type: 'query', id: 99, flags: 0x100, questions: [{ type: 'A', name: 'wWw.ExAmPlE.cOm' }], additionals });
  const asked = readQuery(query);
  assert.equal(asked.kind, 'query');
  return { query, asked: asked };
};

const record: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({ type: fc.constant('A' as const), name: fc.constantFrom(NAME, 'other.example'), ttl: fc.nat(100_000), data: fc.ipV4() }),
  fc.record({
    type: fc.constant('TXT' as const),
    name: fc.constant(NAME),
    ttl: fc.nat(100),
    data: fc.string({ minLength: 1, maxLength: 200 }).map((text) => Buffer.from(text).toString('latin1')),
  }),
);
const sections = fc.record({
  answers: fc.array(record, { maxLength: 30 }),
  authorities: fc.array(record, { maxLength: 5 }),
  additionals: fc.array(record, { maxLength: 10 }).map((all) => [...all, OPT]),
});

describe('what goes to a client', () => {
  it('fits, is what came as far as it goes, and says when it is not all', () =>
    fc.assert(
      fc.property(sections, fc.constantFrom(undefined, 512, 1_232), fc.nat(50), (given, edns, ageSeconds) => {
        const kept = keptOf(readReply(replyWith(given), SENT));
        const { query, asked } = clientQuery(edns);
        const mostBytes = edns ?? 512;
        const reply = clientReply(query, asked, kept, { ageSeconds, mostBytes, ede: undefined, setsTruncateBit: true });
        const read = decode(reply);
        assert.ok(reply.length <= mostBytes, `${reply.length} bytes`);
        assert.deepEqual([read.id, read.questions?.[0]?.name], [99, 'wWw.ExAmPlE.cOm']);
        const [got = [], all] = [read.answers, given.answers];
        assert.ok(got.length <= all.length && (read.flag_tc || got.length === all.length), 'TC where answers are missing');
        if (read.flag_tc) assert.ok(replyWith({ answers: all }).length > mostBytes - 30, 'and not where they are not');
        const ttlOf = (one: Answer | undefined): number => (one !== undefined && 'ttl' in one ? (one.ttl ?? 0) : 0);
        for (const [nth, one] of got.entries())
          assert.deepEqual([one.type, ttlOf(one)], [all[nth]?.type, Math.max(0, Math.min(86_400, ttlOf(all[nth])) - ageSeconds)]);
        assert.equal(read.additionals?.filter(({ type }) => type === 'OPT').length, edns === undefined ? 0 : 1);
      }),
      { numRuns: 500 },
    ));
});

describe('what comes from an upstream', () => {
  it('never throws, however broken it is, and what is taken of it can be given on', () =>
    fc.assert(
      fc.property(sections, fc.array(fc.tuple(fc.nat(4_000), fc.nat(255)), { maxLength: 6 }), fc.nat(4_000), (given, changes, end) => {
        const bytes = Buffer.from(replyWith(given).subarray(0, Math.max(20, end)));
        for (const [at, value] of changes) if (at >= 4 && at < bytes.length) bytes[at] = value;
        const verdict = readReply(bytes, SENT);
        if (verdict.kind !== 'reply') return;
        const { query, asked } = clientQuery(1_232);
        const terms = { ageSeconds: 0, mostBytes: 1_232, ede: undefined, setsTruncateBit: true };
        assert.ok(clientReply(query, asked, verdict.kept, terms).length <= 1_232);
        const ours = encode({ type: 'response', id: 99, flags: 0x8180, questions: [{ type: 'A', name: NAME }] });
        assert.ok(withTail(ours, asked, verdict.kept, terms).length <= 1_232);
      }),
      { numRuns: 2_000 },
    ));

  const soa = (minimum: number, ttl: number): Answer => ({
    type: 'SOA',
    name: 'example.com',
    ttl,
    data: { mname: 'ns.example.com', rname: 'root.example.com', serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
  });
  const a = (ttl: number): Answer => ({ type: 'A', name: NAME, ttl, data: '192.0.2.1' });
  const cname: Answer = { type: 'CNAME', name: NAME, ttl: 50, data: 'there.example.com' };
  const NXDOMAIN = 0x8183;
  const rows: readonly (readonly [string, Partial<Sections>, number, number])[] = [
    ['the least TTL of the answer', { answers: [a(60), a(20)] }, 0x8180, 20],
    ['none where a TTL is 0', { answers: [a(60), a(0)] }, 0x8180, 0],
    ['a day at most', { answers: [a(1_000_000)] }, 0x8180, 86_400],
    ['not those of the other sections', { answers: [a(60)], additionals: [a(5)] }, 0x8180, 60],
    ["nothing: the SOA record's minimum", { authorities: [soa(30, 60)] }, 0x8180, 30],
    ["nothing: the SOA record's TTL", { authorities: [soa(60, 30)] }, NXDOMAIN, 30],
    ['nothing: five minutes at most', { authorities: [soa(3_600, 3_600)] }, NXDOMAIN, 300],
    ['nothing, without an SOA record: not at all', {}, NXDOMAIN, 0],
    ['an alias to nothing: the least of both', { answers: [cname], authorities: [soa(70, 70)] }, NXDOMAIN, 50],
    ['an error: not at all', { answers: [a(60)] }, 0x8182, 0],
  ];
  for (const [sentence, given, flags, expected] of rows)
    it(`holds for ${sentence}`, () => assert.equal(keptOf(readReply(replyWith(given, flags), SENT)).lifetimeSeconds, expected));

  it('that ends in the middle of a record is short where it says so', () => {
    const whole = replyWith({ answers: [a(1)] }, 0x8380);
    assert.deepEqual(keptOf(readReply(whole.subarray(0, whole.length - 2), SENT)).isTruncated, true);
  });

  it('is an error, where it has nothing but a header that says so', () => {
    const kept = keptOf(readReply(Buffer.from('000780010000000000000000', 'hex'), SENT));
    const { query, asked } = clientQuery(undefined);
    const reply = decode(clientReply(query, asked, kept, { ageSeconds: 0, mostBytes: 512, ede: undefined, setsTruncateBit: true }));
    assert.equal((reply as unknown as { rcode: string }).rcode, 'FORMERR');
  });

  const strange: readonly (readonly [string, string])[] = [
    ['a header that says that all is well, and nothing else', '000781800000000000000000'],
    ['another opcode', '0007a8000001000000000000'],
    ['less than a header', '00078180'],
  ];
  for (const [sentence, hex] of strange)
    it(`is overlooked: ${sentence}`, () => assert.equal(readReply(Buffer.from(hex, 'hex'), SENT).kind, 'strange'));
});

it('gives nobody the spelling in which the question was asked upstream', () => {
  const spelled = upstreamQuery(QUESTION, { id: 7, bits: Buffer.alloc(32, 0xff), hasEdns: true });
  const upper = 'WWW.EXAMPLE.COM';
  const answers: Answer[] = [upper, 'XXX.EXAMPLE.COM'].map((name) => ({ type: 'A', name, ttl: 1, data: '192.0.2.1' }));
  const bytes = encode({ type: 'response', id: 7, flags: 0x180, questions: [{ type: 'A', name: upper }], answers });
  const { query, asked } = clientQuery(undefined);
  const terms = { ageSeconds: 0, mostBytes: 512, ede: undefined, setsTruncateBit: true };
  const read = decode(clientReply(query, asked, keptOf(readReply(bytes, spelled)), terms));
  assert.deepEqual(
    [read.questions?.[0]?.name, ...(read.answers ?? []).map(({ name }) => name)],
    ['wWw.ExAmPlE.cOm', NAME, 'XXX.EXAMPLE.COM'],
  );
});

describe('spelling', () => {
  it('changes the case of letters alone', () =>
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (labels, bits) => {
          const name = lower(
            `${labels.map((label) => String.fromCharCode(Buffer.from(label).length) + Buffer.from(label).toString('latin1')).join('')}\0`,
          );
          fc.pre(name.length <= 255 && labels.every((label) => Buffer.from(label).length <= 63));
          assert.equal(lower(spell(name, Buffer.from(bits)).toString('latin1')), name);
        },
      ),
    ));
  it('uses every bit that there is a letter for', () => {
    const spelled = spell(knownName('abc.xyz'), Buffer.alloc(32, 0xff)).toString('latin1');
    assert.deepEqual([spelled, lettersIn(knownName('abc.x-9'))], ['\x03ABC\x03XYZ\0', 4]);
  });
});

it('writes out names that point elsewhere in the packet when records go into another one', () => {
  // CNAME to there.<pointer to example.com in the question>, then MX and A of the CNAME's data, all owners pointers.
  const head = replyWith({});
  head.writeUInt16BE(3, 6);
  const target = head.length + 12;
  const at = (place: number): Buffer => Buffer.from([0xc0 | (place >> 8), place & 0xff]);
  const fixed = (type: number, length: number): Buffer => Buffer.from([0, type, 0, 1, 0, 0, 0, 60, 0, length]);
  const there = Buffer.concat([Buffer.from('\x05there', 'latin1'), at(16)]);
  const records = [
    Buffer.concat([at(12), fixed(5, there.length), there]),
    Buffer.concat([at(target), fixed(15, 4), Buffer.from([0, 9]), at(16)]),
    Buffer.concat([at(target), fixed(1, 4), Buffer.from([192, 0, 2, 1])]),
  ];
  const kept = keptOf(readReply(Buffer.concat([head, ...records]), SENT));
  const { asked } = clientQuery(undefined);
  const ours = encode({ type: 'response', id: 99, flags: 0x0580, questions: [{ type: 'A', name: NAME }] });
  const terms = { ageSeconds: 10, mostBytes: 512, ede: undefined, setsTruncateBit: true };
  const read = decode(withTail(ours, asked, kept, terms));
  assert.deepEqual(
    read.answers?.map((one) => [one.name, one.type, 'data' in one ? one.data : '', 'ttl' in one ? one.ttl : 0]),
    [
      [NAME, 'CNAME', 'there.example.com', 50],
      ['there.example.com', 'MX', { preference: 9, exchange: 'example.com' }, 50],
      ['there.example.com', 'A', '192.0.2.1', 50],
    ],
  );
  const short = decode(withTail(ours, asked, kept, { ...terms, mostBytes: ours.length + 60 }));
  assert.deepEqual([short.answers?.length, short.flag_tc], [1, true]);
});
