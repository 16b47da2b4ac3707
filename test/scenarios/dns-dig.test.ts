import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { readState } from '../../src/mesos/state.ts';
import { dig, dug, withDig } from '../kit/dig.ts';
import { aNamedTask, type DnsRig, dnsOptionsFor, startDns } from '../kit/dns-rig.ts';

/** The example of Mesos-DNS's own tests, in a state of Mesos, and what the real one makes of it. */

type Rows = Readonly<Record<string, readonly string[]>>;

const { fixtureA } = JSON.parse(readFileSync(new URL('../dns/mesos-dns-vectors.json', import.meta.url), 'utf8')) as {
  readonly fixtureA: {
    readonly state: unknown;
    readonly masters: readonly string[];
    readonly listener: string;
    readonly soaMname: string;
    readonly runs: readonly [{ readonly expect: Readonly<Record<'A' | 'AAAA' | 'SRV', Rows>> }];
  };
};

/** A name with so many addresses. */
const manyAddresses = (name: string, count: number) =>
  Array.from({ length: count }, (_, nth) =>
    aNamedTask(nth, { key: `${name}\n${nth}`, id: `${name}.${nth}`, name, discovery: { name, ports: [] } }),
  );

const start = async (t: TestContext, more: Parameters<typeof startDns>[1] = {}): Promise<DnsRig & { readonly at: number }> => {
  const { state, masters, soaMname, listener } = fixtureA;
  const { tasks, cluster } = readState(state, { lookup: () => [], healthAware: false, masters });
  const zone = {
    ...dnsOptionsFor().zone,
    ...{ ttlSeconds: 60, negativeTtlSeconds: 2, soaMname, soaRname: 'root.ns1.mesos', listenerAddresses: [listener], enforceRfc952: true },
    ipSources: ['netinfo', 'docker', 'mesos', 'host'] as const,
  };
  const dns = await startDns(t, { zone, ...more }, tasks);
  dns.feed.take({ cluster });
  await dns.facts(({ serial }) => serial > zone.firstSerial + 1);
  return { ...dns, at: await dns.port() };
};

const SOA = 'mesos. TTL IN SOA ns1.mesos. root.ns1.mesos. SERIAL 60 600 86400 2';
const soa = (ttl: number): string => SOA.replace('TTL', String(ttl));
const NEGATIVE = { authority: [soa(2)] };
const NO_ANSWER = { rcode: 'NXDOMAIN', ...NEGATIVE };

interface Expected {
  readonly rcode?: string;
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
}

const LIQUOR = ['443 liquor-store-4dfjd-0', '443 liquor-store-zasmd-1', '80 liquor-store-4dfjd-0', '80 liquor-store-zasmd-1'];

/** Mesos-DNS's answers; where it is wrong, what is right. */
const ANSWERS: readonly (readonly [question: string, expected: Expected, because?: string])[] = [
  ['chronos.marathon.mesos A', { answer: ['chronos.marathon.mesos. 60 IN A 1.2.3.11'] }],
  ['cHrOnOs.MARATHON.mesoS A', { answer: ['chronos.marathon.mesos. 60 IN A 1.2.3.11'] }],
  ['toy-store.ipv6-framework.mesos AAAA', { answer: ['toy-store.ipv6-framework.mesos. 60 IN AAAA fd01:b::1:8000:2'] }],
  [
    '_liquor-store._tcp.marathon.mesos SRV',
    {
      answer: LIQUOR.map((target) => `_liquor-store._tcp.marathon.mesos. 60 IN SRV 0 1 ${target}.marathon.mesos.`),
      additional: ['liquor-store-4dfjd-0.marathon.mesos. 60 IN A 10.3.0.1', 'liquor-store-zasmd-1.marathon.mesos. 60 IN A 10.3.0.2'],
    },
  ],
  [
    '_car-store._udp.marathon.mesos SRV',
    {
      answer: [31_364, 31_365].map(
        (port) => `_car-store._udp.marathon.mesos. 60 IN SRV 0 1 ${port} car-store-zinaz-0.marathon.slave.mesos.`,
      ),
      additional: ['car-store-zinaz-0.marathon.slave.mesos. 60 IN A 1.2.3.11'],
    },
  ],
  ['_car-store._udp.marathon.mesos A', NEGATIVE],
  ['chronos.marathon.mesos AAAA', NEGATIVE],
  ['chronos.marathon.mesos TXT', NEGATIVE],
  ['missing.mesos A', NO_ANSWER],
  ['missing.mesos AAAA', NO_ANSWER],
  ['missing.mesos TXT', NO_ANSWER],
  ['chronos.*.marathon.*.mesos A', { answer: ['chronos.marathon.mesos. 60 IN A 1.2.3.11'] }, "each '.*' is left out"],
  ['missing.mesos SRV', NO_ANSWER, 'a name that is not there is none of any type'],
  ['missing.mesos SOA', NO_ANSWER, 'a name that is not there is none of any type'],
  ['missing.mesos NS', NO_ANSWER, 'a name that is not there is none of any type'],
  ['mesos SOA', { answer: [soa(60)] }, 'of the apex, in the answer'],
  ['mesos NS', { answer: ['mesos. 60 IN NS ns1.mesos.'], additional: ['ns1.mesos. 60 IN A 10.0.0.1'] }, 'of the apex, in the answer'],
  ['chronos.marathon.mesos SOA', NEGATIVE, 'only the apex has one'],
  ['mesos A', NEGATIVE, 'the apex is there'],
  ['marathon.slave.mesos A', NEGATIVE, 'something is below it (RFC 8020)'],
  ['_tcp.marathon.mesos SRV', NEGATIVE, 'something is below it (RFC 8020)'],
  ['chronos.marathon.mesos ANY', { answer: ['chronos.marathon.mesos. 60 IN HINFO "RFC8482" ""'] }, 'no more than an answer (RFC 8482)'],
  ['11.3.2.1.in-addr.arpa PTR', { answer: ['11.3.2.1.in-addr.arpa. 60 IN PTR slave.mesos.'] }, 'Mesos-DNS has none'],
  ['google.com A', { rcode: 'REFUSED' }, 'nobody is asked'],
];

const withoutSerial = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replace(/^(mesos\. \d+ IN SOA \S+ \S+) \d+/, '$1 SERIAL'));

const inLowerCase = (line: string): string => line.replace(/^\S+/, (owner) => owner.toLowerCase().replaceAll('.*', ''));

describe('dig', withDig, () => {
  for (const transport of ['+notcp', '+tcp'])
    it(`gets the answers of Mesos-DNS, and right ones where those are wrong, with ${transport}`, async (t) => {
      const { at } = await start(t);
      for (const [question, expected, because] of ANSWERS) {
        const [name = '', type = ''] = question.split(' ');
        const got = await dug(at, transport, name, type);
        const { rcode, answer, authority, additional } = got;
        assert.deepEqual(
          { rcode, answer: withoutSerial(answer).map(inLowerCase), authority: withoutSerial(authority), additional },
          { rcode: 'NOERROR', answer: [], authority: [], additional: [], ...expected },
          `${question}: ${because ?? ''}`,
        );
        assert.deepEqual(got.question, [`${name}. IN ${type}`], 'spelled as it was asked');
        const flags = expected.rcode === 'REFUSED' ? ['qr', 'rd'] : ['qr', 'aa', 'rd', 'ra'];
        assert.deepEqual(got.flags, flags, question);
      }
    });

  it('gets each record of the example by asking for it, and by a transfer of the zone', async (t) => {
    const { at } = await start(t, { transferAllow: ['127.0.0.1'] });
    const { expect } = fixtureA.runs[0];
    const rows = (['A', 'AAAA', 'SRV'] as const).flatMap((type) =>
      Object.entries(expect[type]).map(([name, values]) => [name.replace(/\.$/, ''), type, values] as const),
    );
    const recordsOf = (name: string, type: string, values: readonly string[]): readonly string[] =>
      values.map((value) => {
        const [host = '', port = ''] = value.split(/:(\d+)$/);
        return `${name}. 60 IN ${type} ${type === 'SRV' ? `0 1 ${port} ${host}` : value}`;
      });
    const expected = rows.flatMap(([name, type, values]) => recordsOf(name, type, values)).sort();
    assert.ok(rows.length > 100, `${rows.length} names`);

    const asked = await dig(at, '+tcp', '+noall', '+answer', ...rows.flatMap(([name, type]) => [name, type]));
    assert.deepEqual(asked.toSorted(), expected);
    const transferred = await dig(at, '+onesoa', 'mesos', 'AXFR');
    assert.deepEqual(transferred.filter((line) => !/ (?:SOA|NS) /.test(line)).sort(), expected);
  });

  it('is refused a transfer where it is not named, and gets what has changed where it is', async (t) => {
    const { at } = await start(t);
    for (const type of ['AXFR', 'IXFR=1']) assert.match((await dig(at, '+tcp', 'mesos', type)).join(), /Transfer failed/, type);
    const named = await start(t, { transferAllow: ['127.0.0.1'] });
    const { serial } = await named.facts();
    named.feed.take({ put: manyAddresses('new', 1) });
    await named.facts((now) => now.serial > serial);
    const lines = await dig(named.at, 'mesos', `IXFR=${serial}`);
    assert.ok(lines.includes('new.marathon.mesos. 60 IN A 10.2.0.0'), lines.join('\n'));
    assert.ok(!lines.some((line) => line.startsWith('chronos.')), 'what has stayed is not sent');
  });

  it('gets as much as it has room for, the rest by TCP, and never more than passes in one piece', async (t) => {
    const { at, feed, facts } = await start(t);
    const sizes = { few: 20, some: 60, many: 100 };
    feed.take({ put: Object.entries(sizes).flatMap(([name, count]) => manyAddresses(name, count)) });
    await facts(({ tasks }) => tasks > 180);
    const isWhole = async (name: keyof typeof sizes, ...args: readonly string[]): Promise<boolean> => {
      const { answer, flags, rcode } = await dug(at, '+ignore', ...args, `${name}.marathon.mesos`, 'A');
      assert.equal(rcode, 'NOERROR');
      assert.equal(new Set(answer).size, answer.length, 'none twice');
      assert.equal(flags.includes('tc'), answer.length < sizes[name], `${name} ${args.join(' ')}: ${answer.length}`);
      return !flags.includes('tc');
    };
    for (const [args, expected] of [
      [['+noedns'], [true, false, false]],
      [['+bufsize=0'], [true, false, false]],
      [['+bufsize=512'], [true, false, false]],
      [['+bufsize=1232'], [true, true, false]],
      [['+bufsize=4096'], [true, true, false]],
      [['+tcp'], [true, true, true]],
      [
        ['+tcp', '+noedns'],
        [true, true, true],
      ],
    ] as const) {
      const whole = [await isWhole('few', ...args), await isWhole('some', ...args), await isWhole('many', ...args)];
      assert.deepEqual(whole, expected, args.join(' '));
    }
    const { answer } = await dug(at, '+bufsize=512', 'many.marathon.mesos', 'A');
    assert.equal(answer.length, 100, 'dig asks again by TCP');
  });

  it('is answered in EDNS where it speaks it, whatever it adds, and told where it speaks a version that is not known', async (t) => {
    const { at } = await start(t);
    const ask = async (...args: readonly string[]) => dug(at, ...args, 'chronos.marathon.mesos', 'A');
    const answer = ['chronos.marathon.mesos. 60 IN A 1.2.3.11'];
    const plain = ['EDNS: version: 0, flags:; udp: 1232'];
    const cases = [
      [['+noedns'], 'NOERROR', []],
      [[], 'NOERROR', plain],
      [['+ednsopt=65001:dead'], 'NOERROR', plain],
      [['+ednsflags=0x80'], 'NOERROR', plain],
      [['+subnet=10.0.0.0/8'], 'NOERROR', plain],
      [['+dnssec'], 'NOERROR', ['EDNS: version: 0, flags: do; udp: 1232']],
      [['+nsid'], 'NOERROR', [...plain, 'NSID: 65 64 67 65 2d 31 ("edge-1")']],
      [['+edns=1', '+noednsneg'], 'BADVERS', plain],
      [['+edns=1', '+noednsneg', '+ednsopt=65001:dead', '+ednsflags=0x80'], 'BADVERS', plain],
    ] as const;
    for (const [args, rcode, edns] of cases) {
      const got = await ask('+nocookie', ...args);
      const said = args.join(' ');
      assert.deepEqual([got.rcode, got.edns, got.answer], [rcode, edns, rcode === 'NOERROR' ? answer : []], said);
    }
    assert.deepEqual((await ask('+edns=1')).answer, answer, 'dig falls back to version 0');
    const { flags } = await ask('+norecurse', '+cdflag', '+adflag');
    assert.deepEqual(flags, ['qr', 'aa', 'ra', 'cd']);
    const chaos = await dug(at, '-c', 'CH', 'chronos.marathon.mesos', 'TXT');
    assert.deepEqual([chaos.rcode, chaos.answer], ['REFUSED', []]);
    const notify = await dug(at, '+opcode=NOTIFY', 'chronos.marathon.mesos', 'A');
    assert.deepEqual([notify.rcode, notify.answer], ['NOTIMP', []]);
  });
});
