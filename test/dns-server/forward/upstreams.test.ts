import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecodedPacket } from 'dns-packet';
import { always, anA, DnsUpstream, replyTo, type SeenQuery } from '../../kit/dns-upstream.ts';
import { addressesIn, askForwarder, CLIENT, edeIn, openForwarder } from '../../kit/forward-rig.ts';
import { freePorts } from '../../kit/free-ports.ts';
import { waitFor } from '../../kit/wait-for.ts';

const TCP = { ...CLIENT, transport: 'tcp' } as const;

describe('upstreams that fail', () => {
  it('are followed by the next one when nobody listens there', async (t) => {
    const [port = 0] = await freePorts(1);
    const second = await DnsUpstream.open(t, always('192.0.2.2'));
    const { forwarder } = openForwarder(t, [{ host: '127.0.0.1', port }, second.place]);
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.2']);
    assert.equal(forwarder.figures().upstreams[0]?.failed.unreachable, 1);
  });

  it('are followed by the next one when the system will not send there', async (t) => {
    const second = await DnsUpstream.open(t, always('192.0.2.2'));
    const { forwarder } = openForwarder(t, [{ host: '255.255.255.255', port: 53 }, second.place]);
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.2']);
    assert.equal(forwarder.figures().upstreams[0]?.failed.unreachable, 1);
  });

  it('may be asked by IPv6', async (t) => {
    const upstream = await DnsUpstream.open(t, always('192.0.2.1'), '::1');
    const { forwarder } = openForwarder(t, [upstream.place]);
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.1']);
  });

  it('are followed by the next one when they are silent', async (t) => {
    const [first, second] = [await DnsUpstream.open(t, () => undefined), await DnsUpstream.open(t, always('192.0.2.2'))];
    const { forwarder } = openForwarder(t, [first.place, second.place], { hedgeMs: 30 });
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.2']);
    assert.deepEqual([first.seen.length, second.seen.length], [1, 1]);
  });

  it('are not followed by anybody while they answer', async (t) => {
    const [first, second] = [await DnsUpstream.open(t, always('192.0.2.1')), await DnsUpstream.open(t, always('192.0.2.2'))];
    const { forwarder } = openForwarder(t, [first.place, second.place]);
    for (const name of ['a.example', 'b.example', 'c.example'])
      assert.deepEqual(addressesIn(await askForwarder(forwarder, name)), ['192.0.2.1']);
    assert.deepEqual([first.seen.length, second.seen.length], [3, 0]);
  });

  it('are asked after the others when they were silent twice, and beside them when they may be well again', async (t) => {
    const [first, second] = [await DnsUpstream.open(t, () => undefined), await DnsUpstream.open(t, always('192.0.2.2'))];
    const { forwarder, clock } = openForwarder(t, [first.place, second.place], { hedgeMs: 20, lateMs: 60 });
    for (const name of ['a.example', 'b.example']) await askForwarder(forwarder, name);
    await waitFor('it to be known', () => forwarder.figures().upstreams[0]?.isWell === false);
    const before = first.seen.length;
    await askForwarder(forwarder, 'c.example');
    assert.equal(first.seen.length, before, 'not asked while it rests');
    first.behave = always('192.0.2.1');
    clock.ms += 60_000;
    await askForwarder(forwarder, 'd.example');
    await waitFor('it to be well again', () => forwarder.figures().upstreams[0]?.isWell);
    const seen = second.seen.length;
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'e.example')), ['192.0.2.1']);
    assert.equal(second.seen.length, seen);
  });

  const words = [
    [2, 'SERVFAIL'],
    [5, 'REFUSED'],
    [4, 'NOTIMP'],
  ] as const;
  for (const [rcode, name] of words) {
    it(`are followed by the next one when they say ${name}`, async (t) => {
      const first = await DnsUpstream.open(t, (query) => replyTo(query, { rcode }));
      const second = await DnsUpstream.open(t, always('192.0.2.2'));
      const { forwarder } = openForwarder(t, [first.place, second.place]);
      assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.2']);
    });

    it(`say ${name} by us when nobody else is there, and are not asked again at once`, async (t) => {
      const upstream = await DnsUpstream.open(t, (query) => replyTo(query, { rcode }));
      const { forwarder, clock } = openForwarder(t, [upstream.place]);
      for (let nth = 0; nth < 2; nth += 1) assert.equal((await askForwarder(forwarder, 'www.example.com')).rcode, name);
      assert.equal(upstream.seen.length, 1);
      clock.ms += 5_000;
      await askForwarder(forwarder, 'www.example.com');
      assert.equal(upstream.seen.length, 2);
    });
  }

  it('make SERVFAIL with EDE 23 when none can be reached, and with 22 when none answers', async (t) => {
    const [port = 0] = await freePorts(1);
    const silent = await DnsUpstream.open(t, () => undefined);
    const { forwarder: unreachable } = openForwarder(t, [{ host: '127.0.0.1', port }]);
    const { forwarder: unheard } = openForwarder(t, [silent.place], { patienceMs: 50 });
    const replies = await Promise.all([unreachable, unheard].map(async (one) => askForwarder(one, 'a.example', { edns: 1_232 })));
    assert.deepEqual(
      replies.map((reply) => [reply.rcode, edeIn(reply)]),
      [
        ['SERVFAIL', 23],
        ['SERVFAIL', 22],
      ],
    );
  });

  it('are asked again where nobody else is there, each time as if anew', async (t) => {
    const upstream = await DnsUpstream.open(t, (query) => (upstream.seen.length < 3 ? undefined : always('192.0.2.1')(query)));
    const { forwarder } = openForwarder(t, [upstream.place], { againMs: 20 });
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.1']);
    assert.equal(new Set(upstream.seen.map(({ id, name, port }) => `${id} ${name} ${port}`)).size, upstream.seen.length);
  });
});

describe('upstreams that lie', () => {
  const wrong = (query: SeenQuery, more: Parameters<typeof replyTo>[1]): Buffer =>
    replyTo(query, { answers: [anA(query.name, '203.0.113.6')], ...more });
  const lies: readonly (readonly [string, (query: SeenQuery) => Buffer])[] = [
    ['another id', (query) => wrong(query, { id: query.id ^ 1 })],
    ['another question', (query) => wrong(query, { name: 'other.example.com' })],
    ['the question itself, sent back', ({ bytes }) => bytes],
    ['three bytes', () => Buffer.from([1, 2, 3])],
  ];
  for (const [sentence, lie] of lies) {
    it(`are overlooked with ${sentence}, and the answer is waited for`, async (t) => {
      const upstream = await DnsUpstream.open(t, (query) => [lie(query), replyTo(query, { answers: [anA(query.name, '192.0.2.1')] })]);
      const { forwarder } = openForwarder(t, [upstream.place]);
      assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.1']);
    });
  }

  it('are overlooked with the right answer from another port', async (t) => {
    const upstream = await DnsUpstream.open(t, async (query) => {
      await DnsUpstream.sendFromElsewhere(wrong(query, {}), query.port);
      return replyTo(query, { answers: [anA(query.name, '192.0.2.1')] });
    });
    const { forwarder } = openForwarder(t, [upstream.place]);
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.1']);
  });

  it('are asked by TCP where somebody guesses', async (t) => {
    const guesses = (query: SeenQuery): readonly Buffer[] =>
      Array.from({ length: 20 }, (_, nth) => wrong(query, { id: (query.id + 1 + nth) & 0xffff }));
    const upstream = await DnsUpstream.open(t, (query) => (query.transport === 'tcp' ? always('192.0.2.1')(query) : guesses(query)));
    const { forwarder } = openForwarder(t, [upstream.place]);
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.1']);
  });

  it('are asked by TCP where the spelling is another one, and by UDP without spellings when that is their way', async (t) => {
    const upstream = await DnsUpstream.open(t, (query) => {
      const name = query.name.toLowerCase();
      return replyTo(query, { name, answers: [anA(name, '192.0.2.1')] });
    });
    const { forwarder } = openForwarder(t, [upstream.place]);
    for (const name of ['a-long-name-to-spell.example.com', 'another-long-name-to-spell.example.com'])
      assert.deepEqual(addressesIn(await askForwarder(forwarder, name)), ['192.0.2.1']);
    const second = upstream.seen.filter(({ name }) => name.toLowerCase().startsWith('another'));
    assert.deepEqual(
      [second.map(({ transport }) => transport), upstream.seen.some(({ transport }) => transport === 'tcp')],
      [['udp'], true],
    );
  });

  const patched = (good: Buffer, value: number, at: number): Buffer => {
    good.writeUInt16BE(value, at);
    return good;
  };
  const broken: readonly (readonly [string, (good: Buffer) => Buffer])[] = [
    ['cut in the middle of a record', (good) => good.subarray(0, good.length - 3)],
    ['named by a pointer that leads forwards', (good) => patched(good, 0xc0ff, good.length - 19)],
    ['short of the records that it promises', (good) => patched(good, 60_000, 6)],
  ];
  for (const [sentence, breaking] of broken) {
    it(`are followed by the next one when the answer is ${sentence}`, async (t) => {
      const answers = [anA('x.y', '192.0.2.1')];
      const first = await DnsUpstream.open(t, (query) => breaking(replyTo(query, { hasEdns: false, answers })));
      const second = await DnsUpstream.open(t, always('192.0.2.2'));
      const { forwarder } = openForwarder(t, [first.place, second.place]);
      assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.2']);
      assert.equal(forwarder.figures().upstreams[0]?.failed.garbage, 1);
    });
  }
});

describe('large answers', () => {
  const many = (name: string, count: number) => Array.from({ length: count }, (_, nth) => anA(name, `192.0.2.${nth}`));
  const large = (query: SeenQuery): Buffer =>
    query.transport === 'udp' ? replyTo(query, { isTruncated: true }) : replyTo(query, { answers: many(query.name, 200) });

  it('are fetched by TCP, and given to who has room', async (t) => {
    const upstream = await DnsUpstream.open(t, large);
    const { forwarder } = openForwarder(t, [upstream.place]);
    const whole = await askForwarder(forwarder, 'www.example.com', { client: TCP });
    assert.deepEqual([whole.answers?.length, whole.flag_tc, upstream.seen.map(({ transport }) => transport)], [200, false, ['udp', 'tcp']]);
  });

  const takers = [
    ['no EDNS', undefined, 512],
    ['too little', 100, 512],
    ['more than passes', 4_096, 1_232],
  ] as const;
  for (const [sentence, edns, most] of takers) {
    it(`are cut at ${most} bytes for who takes ${sentence}`, async (t) => {
      const upstream = await DnsUpstream.open(t, large);
      const { forwarder } = openForwarder(t, [upstream.place]);
      const reply = await askForwarder(forwarder, 'www.example.com', edns === undefined ? {} : { edns });
      assert.ok(reply.flag_tc && reply.bytes <= most && reply.bytes > most - 60, `${reply.bytes} bytes`);
    });
  }

  it('are cut without a word where TC is not to be set', async (t) => {
    const upstream = await DnsUpstream.open(t, large);
    const { forwarder } = openForwarder(t, [upstream.place], {}, { setsTruncateBit: false });
    const reply = await askForwarder(forwarder, 'www.example.com');
    assert.ok(!reply.flag_tc && reply.bytes <= 512);
  });

  it('lose what is besides, and nothing is said, where the answer has room', async (t) => {
    const upstream = await DnsUpstream.open(t, (query) =>
      replyTo(query, { answers: many(query.name, 3), additionals: many('other.example', 40) }),
    );
    const { forwarder } = openForwarder(t, [upstream.place]);
    const reply = await askForwarder(forwarder, 'www.example.com');
    assert.deepEqual([reply.answers?.length, reply.additionals?.length, reply.flag_tc], [3, 0, false]);
  });

  it('stay short where TCP is refused, and say so', async (t) => {
    const upstream = await DnsUpstream.open(t, (query) => replyTo(query, { isTruncated: true, answers: many(query.name, 2) }));
    upstream.refuseTcp();
    const { forwarder } = openForwarder(t, [upstream.place]);
    const reply = await askForwarder(forwarder, 'www.example.com', { client: TCP });
    assert.deepEqual([reply.rcode, reply.flag_tc], ['NOERROR', true]);
  });
});

describe('EDNS', () => {
  const words = [
    [1, 'FORMERR'],
    [4, 'NOTIMP'],
  ] as const;
  for (const [rcode, name] of words) {
    it(`is left out where it makes the upstream say ${name}, and that is remembered`, async (t) => {
      const upstream = await DnsUpstream.open(t, (query) =>
        query.hasEdns ? replyTo(query, { rcode, hasEdns: false }) : replyTo(query, { answers: [anA(query.name, '192.0.2.1')] }),
      );
      const { forwarder } = openForwarder(t, [upstream.place]);
      for (const one of ['a.example', 'b.example'])
        assert.deepEqual(addressesIn(await askForwarder(forwarder, one, { edns: 1_232 })), ['192.0.2.1']);
      assert.deepEqual(
        upstream.seen.map(({ hasEdns }) => hasEdns),
        [true, false, false],
      );
    });
  }

  it('is given to who has it, whatever the upstream has', async (t) => {
    const upstream = await DnsUpstream.open(t, (query) => replyTo(query, { hasEdns: false, answers: [anA(query.name, '192.0.2.1')] }));
    const { forwarder } = openForwarder(t, [upstream.place]);
    const types = ({ additionals }: DecodedPacket): unknown => additionals?.map(({ type }) => type);
    assert.deepEqual(
      [types(await askForwarder(forwarder, 'a.example', { edns: 1_232 })), types(await askForwarder(forwarder, 'a.example'))],
      [['OPT'], []],
    );
  });
});
