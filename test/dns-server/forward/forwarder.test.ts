import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { decode, encode } from 'dns-packet';
import { knownName } from '../../../src/dns/name.ts';
import type { ForwardLimits } from '../../../src/dns-server/forward/options.ts';
import { always, anA, aSoa, DnsUpstream, replyTo, type SeenQuery } from '../../kit/dns-upstream.ts';
import {
  addressesIn,
  askForwarder,
  CLIENT,
  edeIn,
  openForwarder,
  queryFor,
  type QueryShape,
  readReplyOf,
  ttlIn,
} from '../../kit/forward-rig.ts';
import { waitFor } from '../../kit/wait-for.ts';

const LONG = 'a-name-with-many-letters.example.com';

describe('what is asked, and given back', () => {
  it('is the answer of the upstream, to the id and the spelling of who asks', async (t) => {
    const upstream = await DnsUpstream.open(t, always('192.0.2.1'));
    const { forwarder } = openForwarder(t, [upstream.place]);
    const reply = await askForwarder(forwarder, 'WWW.Example.com', { id: 4242 });
    assert.deepEqual(
      [reply.id, reply.rcode, addressesIn(reply), reply.questions?.[0]?.name],
      [4242, 'NOERROR', ['192.0.2.1'], 'WWW.Example.com'],
    );
    assert.deepEqual([reply.flag_qr, reply.flag_ra, reply.flag_rd, reply.flag_aa, reply.flag_tc], [true, true, true, false, false]);
    assert.equal(reply.additionals?.length, 0, 'no OPT record to who sent none');
  });

  it('goes out with an id, a port and a spelling of its own each time', async (t) => {
    const upstream = await DnsUpstream.open(t, always('192.0.2.1', 0));
    const { forwarder } = openForwarder(t, [upstream.place]);
    for (let nth = 0; nth < 12; nth += 1) await askForwarder(forwarder, LONG);
    const different = (read: (query: SeenQuery) => unknown): number => new Set(upstream.seen.map(read)).size;
    assert.ok(different(({ id }) => id) > 9, 'ids');
    assert.ok(different(({ port }) => port) > 9, 'ports');
    assert.ok(different(({ name }) => name) > 9, 'spellings');
    assert.ok(upstream.seen.every(({ hasEdns, packet }) => hasEdns && packet.flag_rd));
  });

  it('is kept until its TTL is over, which counts down', async (t) => {
    const upstream = await DnsUpstream.open(t, always('192.0.2.1', 30));
    const { forwarder, clock } = openForwarder(t, [upstream.place]);
    const ttls: unknown[] = [];
    for (const passedMs of [0, 12_900, 17_099, 1]) {
      clock.ms += passedMs;
      ttls.push(ttlIn(await askForwarder(forwarder, 'www.example.com')));
    }
    assert.deepEqual([ttls, upstream.seen.length, forwarder.figures().hits], [[30, 18, 1, 30], 2, 2]);
  });

  it('is kept as long as the SOA record says where the name does not exist', async (t) => {
    const upstream = await DnsUpstream.open(t, (query) => replyTo(query, { rcode: 3, authorities: [aSoa('example.com', 10, 3_600)] }));
    const { forwarder, clock } = openForwarder(t, [upstream.place]);
    const seen: unknown[] = [];
    for (const passedMs of [0, 4_000, 6_000]) {
      clock.ms += passedMs;
      const reply = await askForwarder(forwarder, 'gone.example.com');
      seen.push([reply.rcode, ttlIn(reply), upstream.seen.length]);
    }
    assert.deepEqual(seen, [
      ['NXDOMAIN', 10, 1],
      ['NXDOMAIN', 6, 1],
      ['NXDOMAIN', 10, 2],
    ]);
  });

  it('is asked once for all who ask the same at the same time, in whatever case', async (t) => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const upstream = await DnsUpstream.open(t, async (query) => {
      await promise;
      return replyTo(query, { answers: [anA(query.name, '192.0.2.1', 0)] });
    });
    const { forwarder } = openForwarder(t, [upstream.place]);
    const replies = ['www.example.com', 'WWW.example.com', 'www.EXAMPLE.com'].map(async (name, id) =>
      askForwarder(forwarder, name, { id }),
    );
    await waitFor('the question', () => upstream.seen.length > 0);
    resolve(undefined);
    assert.deepEqual(
      (await Promise.all(replies)).map((reply) => [reply.id, addressesIn(reply)]),
      [0, 1, 2].map((id) => [id, ['192.0.2.1']]),
    );
    assert.deepEqual([upstream.seen.length, forwarder.figures().coalesced], [1, 2]);
  });

  const refused: readonly (readonly [string, string, QueryShape])[] = [
    ['a name of ours that got here', 'web.marathon.mesos', {}],
    ['a whole zone', 'example.com', { type: 'AXFR' }],
    ['another class', 'version.bind', { type: 'TXT', class: 'CH' }],
  ];
  for (const [sentence, name, shape] of refused) {
    it(`is nobody, for ${sentence}`, async (t) => {
      const upstream = await DnsUpstream.open(t, always('192.0.2.1'));
      const { forwarder } = openForwarder(t, [upstream.place]);
      const reply = await askForwarder(forwarder, name, { ...shape, edns: 1_232 });
      assert.deepEqual([reply.rcode, edeIn(reply), upstream.seen.length], ['REFUSED', 20, 0]);
    });
  }

  it('goes to who is for the longest zone, and is refused where nobody is for any', async (t) => {
    const [corp, lab] = [await DnsUpstream.open(t, always('192.0.2.1')), await DnsUpstream.open(t, always('192.0.2.2'))];
    const zones = [
      { zone: knownName('corp.example'), upstreams: [corp.place] },
      { zone: knownName('lab.corp.example'), upstreams: [lab.place] },
    ];
    const { forwarder } = openForwarder(t, [], {}, { routes: { resolvers: [], zones, neverAsked: [] } });
    const names = ['corp.example', 'a.b.corp.example', 'x.lab.corp.example', 'notcorp.example'];
    const replies = await Promise.all(names.map(async (name) => askForwarder(forwarder, name)));
    assert.deepEqual(
      replies.map((reply) => [reply.rcode, ...addressesIn(reply)]),
      [['NOERROR', '192.0.2.1'], ['NOERROR', '192.0.2.1'], ['NOERROR', '192.0.2.2'], ['REFUSED']],
    );
  });

  it('is SERVFAIL at once to an upstream that asks us what we ask it, and it is known for that', async (t) => {
    const upstream = await DnsUpstream.open(t, async ({ bytes, name }) => forwarder.ask(bytes, { name: knownName(name), type: 1 }, CLIENT));
    const { forwarder } = openForwarder(t, [upstream.place]);
    assert.equal((await askForwarder(forwarder, LONG)).rcode, 'SERVFAIL');
    assert.deepEqual([upstream.seen.length, forwarder.figures().loops, forwarder.figures().upstreams[0]?.failed.loop], [1, 1, 1]);
  });

  it('is SERVFAIL to who waits when all is closed', async (t) => {
    const upstream = await DnsUpstream.open(t, () => undefined);
    const { forwarder } = openForwarder(t, [upstream.place]);
    const reply = askForwarder(forwarder, LONG);
    await waitFor('the question', () => upstream.seen.length > 0);
    forwarder.close();
    assert.equal((await reply).rcode, 'SERVFAIL');
  });

  it('stands behind an answer of ours that leads elsewhere', async (t) => {
    const upstream = await DnsUpstream.open(t, (query) =>
      replyTo(query, {
        answers: [{ type: 'CNAME', name: query.name, data: 'there.example.com', ttl: 9 }, anA('there.example.com', '192.0.2.1', 8)],
      }),
    );
    const { forwarder } = openForwarder(t, [upstream.place]);
    const query = queryFor('lb.mesos', { edns: 1_232 });
    const { questions = [], additionals = [] } = decode(query);
    const answers = [{ type: 'CNAME' as const, name: 'lb.mesos', data: 'www.example.com', ttl: 5 }];
    const ours = encode({ type: 'response', id: 77, flags: 0x0580, questions, answers, additionals });
    const reply = readReplyOf(await forwarder.complete(ours, query, knownName('www.example.com'), CLIENT));
    assert.deepEqual(
      reply.answers?.map((one) => [one.name.toLowerCase(), one.type, 'data' in one ? one.data : '']),
      [
        ['lb.mesos', 'CNAME', 'www.example.com'],
        ['www.example.com', 'CNAME', 'there.example.com'],
        ['there.example.com', 'A', '192.0.2.1'],
      ],
    );
    assert.deepEqual([reply.rcode, reply.flag_aa, reply.additionals?.length], ['NOERROR', true, 1]);
  });
});

describe('answers that hold no longer', () => {
  const staleRig = async (t: TestContext, limits: Partial<ForwardLimits> = {}) => {
    const upstream = await DnsUpstream.open(t, always('192.0.2.1', 10));
    const { forwarder, clock } = openForwarder(t, [upstream.place], { patienceMs: 40, ...limits });
    await askForwarder(forwarder, 'www.example.com');
    clock.ms += 20_000;
    return { upstream, forwarder, clock };
  };

  it('are given when nobody answers, for 30 s and with EDE 3, and nobody is asked again for a while', async (t) => {
    const { upstream, forwarder, clock } = await staleRig(t);
    upstream.behave = () => undefined;
    for (let nth = 0; nth < 3; nth += 1) {
      const reply = await askForwarder(forwarder, 'www.example.com', { edns: 1_232 });
      assert.deepEqual([reply.rcode, edeIn(reply), addressesIn(reply), ttlIn(reply)], ['NOERROR', 3, ['192.0.2.1'], 30]);
    }
    assert.deepEqual([upstream.seen.length, forwarder.figures().staleHits], [2, 3]);
    upstream.behave = always('192.0.2.7', 10);
    clock.ms += 5_000;
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.7']);
  });

  it('are given to who waits too long, and the late answer to the next', async (t) => {
    const { upstream, forwarder } = await staleRig(t, { staleAfterMs: 20, patienceMs: 30_000 });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    upstream.behave = async (query) => {
      await promise;
      return replyTo(query, { answers: [anA(query.name, '192.0.2.7', 100)] });
    };
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.1']);
    resolve(undefined);
    await waitFor('the answer to be there', () => forwarder.figures().questions === 0);
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.7']);
  });

  it('are not given when an upstream answers', async (t) => {
    const { upstream, forwarder } = await staleRig(t, { patienceMs: 30_000 });
    upstream.behave = (query) => replyTo(query, { rcode: 3, authorities: [aSoa('example.com', 10)] });
    assert.equal((await askForwarder(forwarder, 'www.example.com')).rcode, 'NXDOMAIN');
  });

  it('are given when it says SERVFAIL', async (t) => {
    const { upstream, forwarder } = await staleRig(t, { patienceMs: 30_000 });
    upstream.behave = (query) => replyTo(query, { rcode: 2 });
    assert.deepEqual(addressesIn(await askForwarder(forwarder, 'www.example.com')), ['192.0.2.1']);
  });

  it('are given no longer than they may be', async (t) => {
    const { upstream, forwarder, clock } = await staleRig(t);
    upstream.behave = () => undefined;
    clock.ms += 3_600_000;
    assert.equal((await askForwarder(forwarder, 'www.example.com')).rcode, 'SERVFAIL');
  });
});

describe('too much', () => {
  it('of one client is refused, and not that of another', async (t) => {
    const upstream = await DnsUpstream.open(t, () => undefined);
    const { forwarder } = openForwarder(t, [upstream.place], { queriesOfOne: 2, patienceMs: 300 });
    const greedy = ['a.example', 'b.example', 'c.example'].map(async (name) => askForwarder(forwarder, name, { edns: 1_232 }));
    const other = askForwarder(forwarder, 'd.example', { edns: 1_232, client: { ...CLIENT, address: '10.0.0.10' } });
    assert.deepEqual((await Promise.all([...greedy, other])).map(edeIn), [22, 22, 0, 22]);
    assert.deepEqual([forwarder.figures().overloads, forwarder.figures().queries], [1, 0]);
  });

  it('at once of all is refused, but not one more who asks the same', async (t) => {
    const upstream = await DnsUpstream.open(t, () => undefined);
    const { forwarder } = openForwarder(t, [upstream.place], { questions: 1, patienceMs: 100 });
    const replies = ['a.example', 'b.example', 'a.example'].map(async (name) => askForwarder(forwarder, name, { edns: 1_232 }));
    assert.deepEqual((await Promise.all(replies)).map(edeIn), [22, 0, 22]);
  });
});
