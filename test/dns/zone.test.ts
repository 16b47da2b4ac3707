import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { knownName } from '../../src/dns/name.ts';
import type { NamedTask } from '../../src/dns/named-task.ts';
import { TYPE } from '../../src/dns/record.ts';
import type { Zone } from '../../src/dns/zone.ts';
import { aNamedTask, answersOf, aZone, shownZone } from '../kit/zones.ts';

const zoneWith = (...put: readonly NamedTask[]): Zone => {
  const zone = aZone();
  zone.apply({ put });
  return zone;
};

const on = (address: string, changes: Partial<NamedTask> = {}): NamedTask =>
  aNamedTask({ id: `web.${address}`, agentAddresses: [address], ...changes });

type Row = readonly [sentence: string, tasks: readonly NamedTask[], name: string, answers: readonly string[] | undefined];

const SERVED: readonly Row[] = [
  ['fit tasks alone, where some are', [on('10.1.0.1'), on('10.1.0.2', { fitness: 'unfit' })], 'web.marathon.mesos', ['A 10.1.0.1']],
  [
    'all where none is fit',
    [on('10.1.0.1', { fitness: 'unfit' }), on('10.1.0.2', { fitness: 'unfit' })],
    'web.marathon.mesos',
    ['A 10.1.0.1', 'A 10.1.0.2'],
  ],
  [
    'an address that a fit and an unfit task have',
    [on('10.1.0.1'), on('10.1.0.1', { id: 'web.2', fitness: 'unfit' })],
    'web.marathon.mesos',
    ['A 10.1.0.1'],
  ],
  [
    'an unfit task under its own name, as no other is there',
    [on('10.1.0.1'), on('10.1.0.2', { id: 'job.1', fitness: 'unfit' })],
    'web-rr6oj-s0.marathon.mesos',
    ['A 10.1.0.2'],
  ],
  ['names of both spellings', [on('10.1.0.1', { discovery: { name: 'web.prod', ports: [] } })], 'web.prod.marathon.mesos', ['A 10.1.0.1']],
  [
    'no capitals of DiscoveryInfo',
    [on('10.1.0.1', { discovery: { name: 'Web.Prod', ports: [] } })],
    'web.prod.marathon.mesos',
    ['A 10.1.0.1'],
  ],
  ['a name with others below as empty', [on('10.1.0.1')], 'marathon.slave.mesos', []],
  ['a protocol with services below as empty', [on('10.1.0.1', { hostPorts: [80] })], '_tcp.marathon.mesos', []],
  ['nothing under a name that is not there', [on('10.1.0.1')], 'nginx.marathon.mesos', undefined],
  ['no canonical name where the agent is not known', [on('10.1.0.1', { agentId: '', hostPorts: [80] })], '_tcp.marathon.mesos', undefined],
  [
    'host ports for both protocols',
    [on('10.1.0.1', { id: 'job.1', hostPorts: [31000, 0] })],
    '_web._udp.marathon.mesos',
    ['SRV 0 1 31000 web-rr6oj-s0.marathon.slave.mesos.'],
  ],
  [
    'weights of tasks',
    [on('10.1.0.1', { id: 'job.1', hostPorts: [31000], weight: 77 })],
    '_web._tcp.marathon.mesos',
    ['SRV 0 77 31000 web-rr6oj-s0.marathon.slave.mesos.'],
  ],
  [
    'a service whose label would be too long with "_" in front, cut',
    [on('10.1.0.1', { id: 'job.1', name: 'a'.repeat(63), hostPorts: [31000] })],
    `_${'a'.repeat(62)}._tcp.marathon.mesos`,
    [`SRV 0 1 31000 ${'a'.repeat(54)}-rr6oj-s0.marathon.slave.mesos.`],
  ],
  [
    'the agent behind agentip',
    [on('10.1.0.1', { addresses: { netinfo: ['9.0.0.1', 'fd00::1'] } })],
    'web.marathon.agentip.dcos.thisdcos.directory',
    ['A 10.1.0.1'],
  ],
  [
    'the container behind containerip',
    [on('10.1.0.1', { addresses: { netinfo: ['9.0.0.1', 'fd00::1'] } })],
    'web.marathon.containerip.dcos.thisdcos.directory',
    ['A 9.0.0.1', 'AAAA fd00::1'],
  ],
  [
    'the container behind autoip, where no port is mapped',
    [on('10.1.0.1', { addresses: { netinfo: ['9.0.0.1'] } })],
    'web.marathon.autoip.dcos.thisdcos.directory',
    ['A 9.0.0.1'],
  ],
  [
    'the agent behind autoip, where ports are mapped',
    [on('10.1.0.1', { addresses: { netinfo: ['9.0.0.1'] }, isMapped: true })],
    'web.marathon.autoip.dcos.thisdcos.directory',
    ['A 10.1.0.1'],
  ],
  [
    'the agent behind autoip, where the task has no address',
    [on('10.1.0.1')],
    'web.marathon.autoip.dcos.thisdcos.directory',
    ['A 10.1.0.1'],
  ],
  ['no containerip where the task has no address', [on('10.1.0.1')], 'web.marathon.containerip.dcos.thisdcos.directory', undefined],
  [
    'one label for all of a name in DC/OS',
    [on('10.1.0.1', { framework: 'my.marathon', discovery: { name: 'web.prod', ports: [] } })],
    'web-prod.my-marathon.agentip.dcos.thisdcos.directory',
    ['A 10.1.0.1'],
  ],
  [
    'a name for the address of a container',
    [on('10.1.0.1', { id: 'job.1', addresses: { netinfo: ['9.0.0.1'] } })],
    '1.0.0.9.in-addr.arpa',
    ['PTR web-rr6oj-s0.marathon.mesos.'],
  ],
  [
    'a name for an IPv6 address',
    [on('10.1.0.1', { id: 'job.1', addresses: { netinfo: ['fd00::1'] } })],
    `1${'.0'.repeat(29)}.d.f.ip6.arpa`,
    ['PTR web-rr6oj-s0.marathon.mesos.'],
  ],
  ['no name of a task for the address of an agent', [on('10.1.0.1')], '1.0.1.10.in-addr.arpa', undefined],
  [
    'a framework whose name has dots as several labels',
    [on('10.1.0.1', { framework: 'my.Frame Work' })],
    'web.my.framework.mesos',
    ['A 10.1.0.1'],
  ],
];

describe('a zone answers', () => {
  for (const [sentence, tasks, name, answers] of SERVED) it(sentence, () => assert.deepEqual(answersOf(zoneWith(...tasks), name), answers));

  it('with what is there whatever runs', () => {
    const zone = aZone();
    assert.deepEqual(answersOf(zone, 'localhost'), ['A 127.0.0.1', 'AAAA ::1']);
    assert.deepEqual(answersOf(zone, '1.0.0.127.in-addr.arpa'), ['PTR localhost.']);
    assert.deepEqual(answersOf(zone, 'ready.spartan'), ['A 127.0.0.1']);
    assert.deepEqual(answersOf(zone, 'ns.spartan'), ['A 198.51.100.1']);
    assert.deepEqual(answersOf(zone, 'ns1.mesos'), ['A 10.0.0.1']);
  });

  it("without DC/OS's names where they are not wanted", () => {
    const zone = aZone({ dcos: false });
    zone.apply({ put: [aNamedTask()] });
    assert.equal(answersOf(zone, 'ready.spartan'), undefined);
    assert.equal(zone.apexOf(knownName('web.marathon.agentip.dcos.thisdcos.directory')), undefined);
  });

  it("with DC/OS's names of masters, dealt out over five of ZooKeeper's", () => {
    const zone = aZone();
    zone.apply({ cluster: { frameworks: [], agents: [], leader: '10.0.0.2:5050', masters: ['10.0.0.1:5050', '10.0.0.2:5050'] } });
    const zk = [1, 2, 3, 4, 5].flatMap((number) => answersOf(zone, `zk-${number}.zk`));
    assert.deepEqual(zk, ['A 10.0.0.1', 'A 10.0.0.2', 'A 10.0.0.1', 'A 10.0.0.2', 'A 10.0.0.1']);
    assert.deepEqual(answersOf(zone, 'leader.dcos.thisdcos.directory'), ['A 10.0.0.2']);
    assert.deepEqual(answersOf(zone, 'master.dcos.thisdcos.directory'), ['A 10.0.0.1', 'A 10.0.0.2']);
  });

  it('for an address with the best name that is known, until that is gone', () => {
    const zone = aZone();
    const ptr = (): unknown => answersOf(zone, '7.0.0.10.in-addr.arpa');
    const frameworks = [{ name: 'kafka', addresses: ['10.0.0.7'] }];
    zone.apply({ cluster: { frameworks, agents: [], masters: [] } });
    assert.deepEqual(ptr(), ['PTR kafka.mesos.']);
    zone.apply({ cluster: { frameworks, agents: [{ id: 'S0', addresses: ['10.0.0.7'] }], masters: [] } });
    assert.deepEqual(ptr(), ['PTR slave.mesos.']);
    zone.apply({ put: [aNamedTask({ id: 'job.1', addresses: { netinfo: ['10.0.0.7'] } })] });
    assert.deepEqual(ptr(), ['PTR web-rr6oj-s0.marathon.mesos.']);
    zone.apply({ drop: ['marathon\njob.1'], cluster: { frameworks, agents: [], masters: ['10.0.0.7:5050'] } });
    assert.deepEqual(ptr(), ['PTR master0.mesos.']);
    zone.apply({ cluster: { frameworks: [], agents: [], masters: [] } });
    assert.equal(ptr(), undefined);
  });
});

describe('a zone of ours', () => {
  const APEXES: readonly (readonly [name: string, apex: string | undefined])[] = [
    ['web.marathon.mesos', 'mesos'],
    ['mesos', 'mesos'],
    ['xmesos', undefined],
    ['a.b.dcos.thisdcos.directory', 'dcos.thisdcos.directory'],
    ['x.l4lb.thisdcos.directory', 'l4lb.thisdcos.directory'],
    ['thisdcos.directory', 'thisdcos.directory'],
    ['directory', undefined],
    ['1.0.0.10.in-addr.arpa', '10.in-addr.arpa'],
    ['1.1.16.172.in-addr.arpa', '16.172.in-addr.arpa'],
    ['1.1.32.172.in-addr.arpa', undefined],
    ['1.1.64.100.in-addr.arpa', '64.100.in-addr.arpa'],
    ['1.1.128.100.in-addr.arpa', undefined],
    ['8.8.8.8.in-addr.arpa', undefined],
    [`1${'.0'.repeat(27)}.0.8.e.f.ip6.arpa`, '8.e.f.ip6.arpa'],
    [`1${'.0'.repeat(29)}.d.f.ip6.arpa`, 'd.f.ip6.arpa'],
    [`1${'.0'.repeat(29)}.c.f.ip6.arpa`, undefined],
    ['example.com', undefined],
  ];
  for (const [name, apex] of APEXES)
    it(`of '${name}' is ${apex ?? 'none'}`, () => assert.equal(aZone().apexOf(knownName(name)), apex && knownName(apex)));

  it('is that of one public address, as long as the address is in it', () => {
    const zone = aZone();
    const name = knownName('1.0.0.9.in-addr.arpa');
    const before = zone.nameCount;
    zone.apply({ put: [aNamedTask({ addresses: { netinfo: ['9.0.0.1'] } })] });
    assert.equal(zone.apexOf(name), name);
    assert.deepEqual(zone.node(name)?.types().toSorted(), [TYPE.NS, TYPE.SOA, TYPE.PTR].toSorted());
    assert.equal(zone.apexOf(knownName('2.0.0.9.in-addr.arpa')), undefined);
    zone.apply({ drop: ['marathon\nweb.1'] });
    assert.equal(zone.apexOf(name), undefined);
    assert.equal(zone.nameCount, before);
  });

  it('has SOA and NS records that tell the serial', () => {
    const zone = aZone({ firstSerial: 4_294_967_295 });
    const node = zone.node(knownName('mesos')) ?? assert.fail();
    assert.deepEqual(node.records(TYPE.NS), [knownName('ns1.mesos')]);
    const soa = Buffer.from(node.records(TYPE.SOA)[0] ?? '', 'latin1');
    const numbers = soa.subarray(knownName('ns1.mesos').length + knownName('root.ns1.mesos').length);
    assert.deepEqual(
      [0, 4, 8, 12, 16].map((at) => numbers.readUInt32BE(at)),
      [4_294_967_295, 60, 600, 86_400, 5],
    );
    const before = node.version;
    zone.apply({ put: [aNamedTask()] });
    assert.equal(zone.serial, 0);
    assert.ok(node.version > before);
    assert.notEqual(node.records(TYPE.SOA)[0], soa.toString('latin1'));
  });

  it('has the name server only within the domain', () => {
    assert.equal(answersOf(aZone({ soaMname: 'ns.corp.example' }), 'ns.corp.example'), undefined);
    assert.equal(aZone({ domain: 'dc.mesos' }).apexOf(knownName('ns1.mesos')), undefined);
  });
});

describe('serial and versions', () => {
  const version = (zone: Zone, name: string): number => zone.node(knownName(name))?.version ?? -1;

  it('stay where nothing changed', () => {
    const zone = zoneWith(aNamedTask());
    const [serial, before] = [zone.serial, version(zone, 'web.marathon.mesos')];
    zone.apply({ put: [aNamedTask()] });
    zone.apply({ put: [aNamedTask({ appId: '/web' })] });
    zone.apply({ drop: ['marathon\nunknown'], cluster: zone.cluster, records: [] });
    assert.deepEqual([zone.serial, version(zone, 'web.marathon.mesos')], [serial, before]);
  });

  it('stay where what is given changed, and what is served did not', () => {
    const zone = zoneWith(on('10.1.0.1', { id: 'a' }), on('10.1.0.1', { id: 'b', fitness: 'unfit' }));
    const before = version(zone, 'web.marathon.mesos');
    zone.apply({ put: [on('10.1.0.1', { id: 'a', fitness: 'unfit' })] });
    assert.equal(version(zone, 'web.marathon.mesos'), before);
    assert.deepEqual(answersOf(zone, 'web.marathon.mesos'), ['A 10.1.0.1']);
  });

  it('grow once with a change of many tasks', () => {
    const zone = aZone();
    zone.apply({ put: [on('10.1.0.1'), on('10.1.0.2')], drop: ['marathon\nnone'] });
    assert.equal(zone.serial, 2);
  });

  it('keep a name whose only task is replaced in one change', () => {
    const zone = zoneWith(on('10.1.0.1'));
    const node = zone.node(knownName('web.marathon.mesos'));
    zone.apply({ put: [on('10.1.0.2')], drop: ['marathon\nweb.10.1.0.1'] });
    assert.equal(zone.node(knownName('web.marathon.mesos')), node);
    assert.equal(node?.isGone, false);
    assert.deepEqual(answersOf(zone, 'web.marathon.mesos'), ['A 10.1.0.2']);
  });

  it('tell those who hold a node that it is gone, and begin anew when it is back', () => {
    const zone = zoneWith(on('10.1.0.1'));
    const node = zone.node(knownName('web.marathon.mesos')) ?? assert.fail();
    const before = node.version;
    zone.apply({ drop: ['marathon\nweb.10.1.0.1'] });
    assert.ok(node.isGone && node.version > before);
    assert.equal(zone.node(knownName('web.marathon.mesos')), undefined);
    zone.apply({ put: [on('10.1.0.1')] });
    assert.notEqual(zone.node(knownName('web.marathon.mesos')), node);
  });

  it('do not change a list that was given out', () => {
    const zone = zoneWith(on('10.1.0.1'), on('10.1.0.2'));
    const list = zone.node(knownName('web.marathon.mesos'))?.records(TYPE.A);
    const snapshot = zone.snapshot(knownName('mesos'));
    const copy = JSON.stringify([list, snapshot]);
    zone.apply({ put: [on('10.1.0.3')], drop: ['marathon\nweb.10.1.0.1'] });
    assert.equal(JSON.stringify([list, snapshot]), copy);
  });

  it('a key that is put and dropped at once stays', () => {
    const zone = zoneWith(on('10.1.0.1'));
    zone.apply({ put: [on('10.1.0.1', { agentAddresses: ['10.1.0.9'] })], drop: ['marathon\nweb.10.1.0.1'] });
    assert.deepEqual(answersOf(zone, 'web.marathon.mesos'), ['A 10.1.0.9']);
  });
});

describe('what cannot be named', () => {
  it('is counted while it is there', () => {
    const zone = aZone();
    const deep = Array.from({ length: 5 }, (_, at) => `${at}`.repeat(60)).join('.');
    const fresh = shownZone(zone);
    zone.apply({ put: [aNamedTask({ id: 'a', name: '日本語' }), aNamedTask({ id: 'b', discovery: { name: deep, ports: [] } })] });
    assert.equal(zone.skipped.tasks, 1);
    assert.ok(zone.skipped.names > 0);
    assert.ok(answersOf(zone, `${deep.replaceAll('.', '-').slice(0, 63).replace(/-+$/, '')}.marathon.mesos`));
    zone.apply({ drop: ['marathon\na', 'marathon\nb'] });
    assert.deepEqual(zone.skipped, { tasks: 0, names: 0 });
    assert.deepEqual(shownZone(zone), fresh);
  });
});

describe('what a change costs', () => {
  it('is the same in a zone of one app and in one of a thousand', () => {
    const cost = (apps: number): number => {
      const zone = aZone();
      const task = (at: number, changes: Partial<NamedTask> = {}): NamedTask =>
        aNamedTask({ id: `app-${at}`, name: `app-${at}`, hostPorts: [31000], ...changes });
      zone.apply({ put: Array.from({ length: apps }, (_, at) => task(at)) });
      const before = zone.touched;
      zone.apply({ put: [task(0, { agentAddresses: ['10.1.9.9'] })] });
      zone.apply({ put: [task(0, { fitness: 'unfit' })] });
      zone.apply({ drop: ['marathon\napp-0'] });
      return zone.touched - before;
    };
    assert.equal(cost(1000), cost(1));
    assert.ok(cost(1) > 0);
  });
});
