import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { typeNumber } from '../../../src/dns/data-text.ts';
import { explain } from '../../../src/dns/explain/explain.ts';
import type { ExplainedRecord, Explanation, MissingReason, Source } from '../../../src/dns/explain/explanation.ts';
import { closed } from '../../../src/dns/answer/renames.ts';
import { knownName, lower } from '../../../src/dns/name.ts';
import type { NamedTask } from '../../../src/dns/named-task.ts';
import { TYPE } from '../../../src/dns/record.ts';
import { Zone } from '../../../src/dns/zone.ts';

const aTask = (framework: string, id: string, called: string, overrides: Partial<NamedTask> = {}): NamedTask => ({
  key: `${framework}\n${id}`,
  framework,
  id,
  name: called,
  discovery: { name: called, ports: [{ number: 31010, protocol: 'tcp', name: 'http' }] },
  agentId: 'ab12-S0',
  agentAddresses: ['10.1.0.5'],
  addresses: { netinfo: ['10.1.0.5'] },
  hostPorts: [31010],
  isMapped: false,
  fitness: 'fit',
  ...overrides,
});

const zone = new Zone({
  domain: 'mesos',
  ttlSeconds: 5,
  negativeTtlSeconds: 1,
  soaMname: 'ns1.mesos',
  soaRname: 'root.ns1.mesos',
  soaRefresh: 60,
  soaRetry: 600,
  soaExpire: 86_400,
  ipSources: ['netinfo', 'mesos', 'host'],
  enforceRfc952: false,
  srvWeight: 1,
  listenerAddresses: ['10.0.0.1'],
  dcos: true,
  firstSerial: 1,
});
zone.apply({
  put: [
    aTask('marathon', 'prod_web.aaa', 'web.prod', { appId: '/prod/web' }),
    aTask('marathon', 'prod_web.bbb', 'web.prod', {
      appId: '/prod/web',
      agentId: 'ab12-S1',
      agentAddresses: ['10.1.0.6'],
      addresses: { netinfo: ['9.0.3.4'] },
      fitness: 'unfit',
    }),
    aTask('marathon', 'prod_api.ccc', 'api.prod', { appId: '/prod/api' }),
    aTask('marathon', 'prod_api.ddd', 'api.prod', { appId: '/prod/api' }),
    aTask('my.Kafka', 'broker-0__u', 'broker-0', { discovery: { name: '', ports: [] } }),
  ],
  cluster: {
    frameworks: [{ name: 'marathon', addresses: ['10.0.0.1'] }],
    agents: [],
    leader: '10.0.0.1:5050',
    masters: ['10.0.0.1:5050'],
  },
  records: [
    { name: knownName('*.lb.mesos'), type: TYPE.A, data: '\x0a\x09\x09\x09' },
    { name: knownName('shop.mesos'), type: TYPE.CNAME, data: knownName('web-prod.marathon.mesos') },
  ],
});

const RENAMES = closed([{ from: knownName('mesos.thisdcos.directory'), to: knownName('mesos') }]);

const ask = (name: string, type = 'A'): Explanation =>
  explain(zone, RENAMES, { name: knownName(lower(name)), type: typeNumber(type) ?? 0 });

const who = (source: Source): string => (source.kind === 'task' ? source.id : source.kind);
const told = ({ records }: Explanation, type: string): readonly string[] =>
  records
    .filter((record: ExplainedRecord) => record.type === type)
    .map(({ data, served, from }) => `${data} ${served ? 'served' : 'not served'} <- ${from.map(who).join(' ')}`);

const GIVEN: readonly (readonly [sentence: string, name: string, type: string, told: readonly string[]])[] = [
  [
    'an address of a task that is fit, and one that is not served while another is',
    'web-prod.marathon.mesos',
    'A',
    ['10.1.0.5 served <- prod_web.aaa', '9.0.3.4 not served <- prod_web.bbb'],
  ],
  ['one address of two tasks', 'api.prod.marathon.mesos', 'A', ['10.1.0.5 served <- prod_api.ccc prod_api.ddd']],
  [
    'a service, as SRV records have it',
    '_http._web-prod._tcp.marathon.mesos',
    'SRV',
    [
      '0 1 31010 web-prod-tsx79-s0.marathon.mesos. served <- prod_web.aaa',
      '0 1 31010 web-prod-9ubfj-s1.marathon.mesos. not served <- prod_web.bbb',
    ],
  ],
  [
    'a task in DC/OS’s zone',
    'web-prod.marathon.containerip.dcos.thisdcos.directory',
    'A',
    ['10.1.0.5 served <- prod_web.aaa', '9.0.3.4 not served <- prod_web.bbb'],
  ],
  ['a master', 'leader.mesos', 'A', ['10.0.0.1 served <- cluster']],
  ['what the zone has of itself', 'mesos', 'NS', ['ns1.mesos. served <- zone']],
  ['the name server', 'ns1.mesos', 'A', ['10.0.0.1 served <- zone']],
  ['what a wildcard covers', 'any.thing.lb.mesos', 'A', ['10.9.9.9 served <- file']],
  ['an alias', 'shop.mesos', 'CNAME', ['web-prod.marathon.mesos. served <- file']],
  [
    'another name of the domain',
    '_web-prod._tcp.marathon.mesos.thisdcos.directory',
    'SRV',
    [
      '0 1 31010 web-prod-tsx79-s0.marathon.mesos.thisdcos.directory. served <- prod_web.aaa',
      '0 1 31010 web-prod-9ubfj-s1.marathon.mesos.thisdcos.directory. not served <- prod_web.bbb',
    ],
  ],
  ['what an alias leads to', 'shop.mesos', 'A', ['10.1.0.5 served <- prod_web.aaa', '9.0.3.4 not served <- prod_web.bbb']],
  ['whose an address is', '4.3.0.9.in-addr.arpa', 'PTR', ['web-prod-9ubfj-s1.marathon.mesos. served <- prod_web.bbb']],
];

describe('who gives a record', () => {
  for (const [sentence, name, type, records] of GIVEN)
    it(sentence, () => {
      const explanation = ask(name, type);
      assert.deepEqual(told(explanation, type), records);
      assert.equal(explanation.missing, undefined);
    });

  it('a task is told with its app, its framework, its agent and whether it is fit', () => {
    assert.deepEqual(ask('web.prod.marathon.mesos').records[1]?.from, [
      { kind: 'task', id: 'prod_web.bbb', framework: 'marathon', appId: '/prod/web', agentId: 'ab12-S1', fitness: 'unfit' },
    ]);
    assert.deepEqual(ask('broker-0.my.kafka.mesos').records[0]?.from, [
      { kind: 'task', id: 'broker-0__u', framework: 'my.Kafka', agentId: 'ab12-S0', fitness: 'fit' },
    ]);
  });
});

type Case = readonly [sentence: string, asked: readonly [name: string, type: string], because: MissingReason, nearest: readonly string[]];

const WEB = 'web-prod.marathon.mesos';
const DOTTED = 'web.prod.marathon.mesos';

const MISSING: readonly Case[] = [
  ['a name of another domain', ['www.example.com', 'A'], 'not-ours', []],
  ['the domain forgotten', ['web-prod.marathon', 'A'], 'not-ours', [WEB]],
  ['another domain in its place', ['web-prod.marathon.dcos.local', 'A'], 'not-ours', [WEB]],
  ['a search domain behind it', ['web-prod.marathon.mesos.corp.example', 'A'], 'not-ours', [WEB]],
  ['another type', [WEB, 'AAAA'], 'other-type', []],
  ['SRV of a name with addresses', [WEB, 'SRV'], 'other-type', []],
  ['nothing but names below it', ['_tcp.marathon.mesos', 'A'], 'only-below', []],
  ['the framework forgotten', ['web-prod.mesos', 'A'], 'no-such-framework', [WEB, DOTTED]],
  ['the framework misspelt', ['web-prod.marthon.mesos', 'A'], 'no-such-framework', [WEB, DOTTED]],
  ['the framework of another task', ['web-prod.my.kafka.mesos', 'A'], 'no-such-task', [WEB, DOTTED]],
  ['the framework in one label', ['broker-0.my-kafka.mesos', 'A'], 'no-such-framework', ['broker-0.my.kafka.mesos']],
  ['the path as it is, with dots', ['prod.web.marathon.mesos', 'A'], 'no-such-task', [WEB, DOTTED]],
  ['the path as it is, with dashes', ['prod-web.marathon.mesos', 'A'], 'no-such-task', [DOTTED, WEB]],
  ['a letter too few', ['wb-prod.marathon.mesos', 'A'], 'no-such-task', [WEB]],
  ['a task that is not there', ['shop.marathon.mesos', 'A'], 'no-such-task', []],
  [
    'a task under slave that is not there',
    ['prod-web.marathon.slave.mesos', 'A'],
    'no-such-task',
    ['web.prod.marathon.slave.mesos', 'web-prod.marathon.slave.mesos'],
  ],
  ['a task that has ended', ['web-prod-abcde-s7.marathon.mesos', 'A'], 'no-such-instance', [WEB]],
  [
    'another protocol',
    ['_web-prod._udp.marathon.mesos', 'SRV'],
    'no-such-port',
    ['_http._web-prod._tcp.marathon.mesos', '_web-prod._tcp.marathon.mesos'],
  ],
  [
    'another port',
    ['_https._web-prod._tcp.marathon.mesos', 'SRV'],
    'no-such-port',
    ['_http._web-prod._tcp.marathon.mesos', '_web-prod._tcp.marathon.mesos'],
  ],
  [
    'a service of a task that is not there',
    ['_prod-web._tcp.marathon.mesos', 'SRV'],
    'no-such-task',
    ['_web.prod._tcp.marathon.mesos', '_web-prod._tcp.marathon.mesos'],
  ],
  ['something right below the domain', ['_x.mesos', 'A'], 'no-such-framework', []],
  [
    'dots in DC/OS’s zone',
    ['web.prod.marathon.autoip.dcos.thisdcos.directory', 'A'],
    'no-such-task',
    ['web-prod.marathon.autoip.dcos.thisdcos.directory'],
  ],
  [
    'a kind that DC/OS’s zone does not have',
    ['web-prod.marathon.ip.dcos.thisdcos.directory', 'A'],
    'no-such-name',
    [...['autoip', 'agentip', 'containerip'].map((kind) => `web-prod.marathon.${kind}.dcos.thisdcos.directory`), WEB],
  ],
  ['a private address that nobody has', ['9.9.0.10.in-addr.arpa', 'PTR'], 'no-such-name', []],
];

describe('why there is nothing', () => {
  for (const [sentence, [name, type], because, nearest] of MISSING)
    it(sentence, () => {
      const { missing } = ask(name, type);
      assert.deepEqual([missing?.because, missing?.nearest], [because, nearest], missing?.message);
    });

  it('tells that masters are not known, and how they would be', () => {
    const alone = new Zone({ ...zone.options, firstSerial: 2 });
    for (const name of ['leader.mesos', 'master.mesos', 'master0.mesos', '_leader._tcp.mesos']) {
      const { missing } = explain(alone, [], { name: knownName(name), type: TYPE.A });
      assert.equal(missing?.because, 'no-masters', name);
      assert.match(missing.message, /give --mesos-master/);
    }
    assert.equal(explain(alone, [], { name: knownName('leaders.mesos'), type: TYPE.A }).missing?.because, 'no-such-framework');
  });

  it('tells in words what is known', () => {
    assert.match(
      ask('web-prod.marthon.mesos').missing?.message ?? '',
      /^web-prod\.marthon\.mesos ends in no framework's name: .* frameworks here are marathon, my\.kafka$/,
    );
    assert.match(ask(WEB, 'AAAA').missing?.message ?? '', /has no AAAA records; it has A$/);
    assert.match(
      ask('_x._web-prod._tcp.marathon.mesos', 'SRV').missing?.message ?? '',
      /its ports are those of _http\._web-prod\._tcp\.marathon\.mesos, _web-prod/,
    );
  });

  it('tells which task was meant, for whoever knows more of it', () => {
    assert.deepEqual(ask('shop.store.marathon.mesos').missing?.task, { name: 'shop.store', framework: 'marathon' });
    assert.deepEqual(ask('_http._shop._tcp.marathon.slave.mesos', 'SRV').missing?.task, { name: 'shop', framework: 'marathon' });
    assert.deepEqual(ask('shop.marathon.autoip.dcos.thisdcos.directory').missing?.task, { name: 'shop', framework: 'marathon' });
    assert.equal(ask('shop.example.com').missing?.task, undefined);
  });
});
