import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isWithin, labelsOf, type Name, parentOf, toText } from '../../src/dns/name.ts';
import type { NamedCluster } from '../../src/dns/named-task.ts';
import type { ZoneStep } from '../../src/dns/journal.ts';
import { TYPE, type ZoneRecord } from '../../src/dns/record.ts';
import { parseStaticRecords } from '../../src/dns/static-records/parse.ts';
import type { Zone } from '../../src/dns/zone.ts';
import type { ZoneChange } from '../../src/dns/zone-change.ts';
import { aNamedTask, aZone } from '../kit/zones.ts';

/** Few values of each kind, so that tasks meet in names, addresses and targets. */

const addresses = fc.subarray(['10.1.0.1', '10.1.0.2', '9.0.0.1', 'fd00::1', '2001:db8::1', 'no address']);

const port = fc.record({
  number: fc.constantFrom(0, 80, 443, 65_535, 70_000),
  protocol: fc.constantFrom('', 'tcp', 'UDP', '/'),
  name: fc.constantFrom('', 'http', 'a.b', 'x'.repeat(80)),
});

const names = fc.constantFrom(
  'web',
  'web.prod',
  'Web.Prod',
  'prod',
  'a..b',
  '日本',
  'é.web',
  `${'a'.repeat(61)}--b-c`,
  'x.'.repeat(120) + 'y',
);

const task = fc
  .record({
    id: fc.constantFrom('t.1', 't.2', 't.3', 't.4', 't.5', 't.6'),
    framework: fc.constantFrom('marathon', 'my.Frame Work', '日本', 'slave'),
    name: names,
    discovery: fc.option(fc.record({ name: names, ports: fc.array(port, { maxLength: 3 }) }), { nil: undefined }),
    agentId: fc.constantFrom('', 'ab12-S0', 'ab12-S1', 'y'.repeat(60)),
    agentAddresses: addresses,
    netinfo: addresses,
    hostPorts: fc.subarray([0, 80, 31_000, 31_001]),
    isMapped: fc.boolean(),
    fitness: fc.constantFrom('fit' as const, 'unfit' as const),
    weight: fc.option(fc.constantFrom(0, 7, 65_535), { nil: undefined }),
  })
  .map(({ discovery, netinfo, weight, ...rest }) =>
    aNamedTask({
      ...rest,
      addresses: { netinfo },
      ...(discovery !== undefined && { discovery }),
      ...(weight !== undefined && { weight }),
    }),
  );

const cluster: fc.Arbitrary<NamedCluster> = fc.record({
  frameworks: fc.array(fc.record({ name: fc.constantFrom('marathon', 'kafka', '日本'), addresses, port: fc.constantFrom(0, 4400) }), {
    maxLength: 2,
  }),
  agents: fc.array(fc.record({ id: fc.constantFrom('ab12-S0', 'ab12-S1'), addresses, port: fc.constantFrom(5051, 5052) }), {
    maxLength: 3,
  }),
  leader: fc.constantFrom('10.1.0.1:5050', '[fd00::1]:5050', ''),
  masters: fc.subarray(['10.1.0.1:5050', '10.1.0.2:5050', 'x']),
});

const records = fc.subarray(
  parseStaticRecords([
    { name: 'web.marathon.mesos', type: 'A', value: ['10.9.0.1', '10.1.0.1'], ttl: 7 },
    { name: 'prod.marathon.mesos', type: 'CNAME', value: 'edge.mesos' },
    { name: '*.lb.mesos', type: 'A', value: '10.9.0.2' },
    { name: '_db._tcp.corp.example', type: 'SRV', target: 'a.corp.example', port: 1 },
    { name: 'a.corp.example', type: 'A', value: '203.0.113.7' },
    { name: '1.0.0.9.in-addr.arpa', type: 'PTR', value: 'own.mesos' },
  ])?.records.slice() ?? [],
);

const change: fc.Arbitrary<ZoneChange> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ put: fc.array(task, { maxLength: 4 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      drop: fc.array(
        task.map(({ key }) => key),
        { maxLength: 4 },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      put: fc.array(task, { maxLength: 3 }),
      drop: fc.array(
        task.map(({ key }) => key),
        { maxLength: 3 },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ cluster }) },
  { weight: 1, arbitrary: fc.record({ records }) },
);

/** Everything that can be asked of a zone, but for its serial. */
const whole = (zone: Zone): unknown => ({
  names: [...zone.nodes()]
    .map(([name, node]) => [
      toText(name),
      node.ttlSeconds,
      node
        .types()
        .filter((type) => type !== TYPE.SOA)
        .map((type) => [type, [...node.records(type)].sort()] as const)
        .sort(([one], [other]) => one - other),
    ])
    .sort(),
  apexes: [...zone.apexes()].sort(),
  counts: [zone.taskCount, zone.recordCount, zone.nameCount, zone.skipped],
});

/** The zone as it would be had nothing been there before. */
const anew = (zone: Zone): Zone => {
  const fresh = aZone();
  fresh.apply({ put: [...zone.tasks()], cluster: zone.cluster, records: zone.staticRecords });
  return fresh;
};

const served = (zone: Zone): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...zone.nodes()].flatMap(([name, node]) =>
      node.types().flatMap((type) => (type === TYPE.SOA ? [] : [[`${type} ${name}`, [...node.records(type)].sort()] as const])),
    ),
  );

const assertNames = (zone: Zone): void => {
  for (const [name, node] of zone.nodes()) {
    assert.ok(name.length <= 255 && labelsOf(name).every(({ length }) => length > 0 && length < 64), toText(name));
    const apex = zone.apexOf(name) ?? assert.fail(`in no zone of ours: ${toText(name)}`);
    assertAbove(zone, name, apex);
    for (const type of node.types()) {
      assert.ok(node.records(type).length > 0);
      assert.equal(new Set(node.records(type)).size, node.records(type).length);
    }
  }
};

const assertAbove = (zone: Zone, name: Name, apex: Name): void => {
  for (let at: Name | undefined = name; at !== undefined && isWithin(at, apex); at = parentOf(at))
    assert.ok(zone.node(at) !== undefined, `nothing at ${toText(at)}, above ${toText(name)}`);
};

describe('a zone that changes', () => {
  it('is what it would be had it been made at once', () =>
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        const zone = aZone();
        for (const one of changes) zone.apply(one);
        assertNames(zone);
        assert.deepEqual(whole(zone), whole(anew(zone)));
      }),
      { numRuns: 150 },
    ));

  it('is empty again when all has gone', () =>
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        const zone = aZone();
        for (const one of changes) zone.apply(one);
        zone.apply({ drop: [...zone.keys()], cluster: { frameworks: [], agents: [], masters: [] }, records: [] });
        assert.deepEqual(whole(zone), whole(aZone()));
      }),
      { numRuns: 100 },
    ));

  it('tells by versions and the serial what has changed', () =>
    fc.assert(
      fc.property(fc.array(change, { maxLength: 15 }), (changes) => {
        const zone = aZone();
        for (const one of changes) {
          const before = served(zone);
          const versions = new Map([...zone.nodes()].map(([name, node]) => [name, { node, version: node.version }]));
          const serial = zone.serial;
          zone.apply(one);
          const after = served(zone);
          const isSame = JSON.stringify([...before].sort()) === JSON.stringify([...after].sort());
          if (!isSame) assert.equal(zone.serial, serial + 1);
          for (const [name, { node, version }] of versions) {
            const isChanged = [...before.keys(), ...after.keys()].some(
              (key) => key.endsWith(` ${name}`) && JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)),
            );
            if (isChanged || zone.node(name) !== node) assert.ok(node.version > version, toText(name));
            assert.equal(node.isGone, zone.node(name) !== node);
          }
        }
      }),
      { numRuns: 15 },
    ));

  it('has a journal that leads from each serial to now, in each of its zones', () =>
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const zone = aZone({ journalRecords: 1_000_000 });
        const states = [{ serial: zone.serial, records: recordsOf(zone), changes }];
        for (const [nth, one] of changes.entries()) {
          zone.apply(one);
          states.push({ serial: zone.serial, records: recordsOf(zone), changes: changes.slice(nth + 1) });
        }
        const now = recordsOf(zone);
        for (const { serial, records, changes: later } of states) {
          for (const apex of zone.apexes()) {
            const [before, steps] = [records.get(apex), zone.since(apex, serial)];
            if (steps !== undefined) assert.deepEqual(replay(zone, before ?? assert.fail(), steps), now.get(apex), toText(apex));
            else assert.ok(before === undefined || isUnknown(apex, later), `nothing since ${serial}: ${toText(apex)}`);
          }
        }
      }),
      { numRuns: 60 },
    ));
});

/** Where other static records came, or a zone was gone in between, all of it is to be transferred. */
const isUnknown = (apex: Name, later: readonly ZoneChange[]): boolean =>
  later.some(({ records: others }) => others !== undefined) || aZone().apexOf(apex) !== apex;

const keyOf = ({ name, type, data }: ZoneRecord): string => `${type} ${name} ${data}`;

/** By zone, without SOA and NS records: each record with its TTL. */
const recordsOf = (zone: Zone): ReadonlyMap<Name, ReadonlyMap<string, number>> =>
  new Map(
    [...zone.apexes()].map((apex) => [
      apex,
      new Map(
        zone
          .snapshot(apex)
          .filter(({ type }) => type !== TYPE.SOA && type !== TYPE.NS)
          .flatMap(({ name, type, data, ttlSeconds }) => data.map((one) => [keyOf({ name, type, data: one }), ttlSeconds] as const)),
      ),
    ]),
  );

const replay = (zone: Zone, from: ReadonlyMap<string, number>, steps: readonly ZoneStep[]): ReadonlyMap<string, number> => {
  const records = new Map(from);
  for (const { removed, added } of steps) {
    for (const one of removed) assert.ok(records.delete(keyOf(one)), 'removed what was not there');
    for (const one of added) records.set(keyOf(one), zone.node(one.name)?.ttlSeconds ?? zone.ttlSeconds);
  }
  return records;
};
