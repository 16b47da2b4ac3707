import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dataText, typeText } from '../../src/dns/data-text.ts';
import { knownName, toText } from '../../src/dns/name.ts';
import { parseStaticRecords } from '../../src/dns/static-records/parse.ts';
import type { Zone } from '../../src/dns/zone.ts';
import { aNamedTask, answersOf, aZone } from '../kit/zones.ts';

const linesOf = (json: unknown): readonly string[] =>
  (parseStaticRecords(json)?.records ?? []).map(({ name, type, data, ttlSeconds }) =>
    [toText(name), ttlSeconds ?? '', typeText(type), dataText(type, data)].join(' '),
  );

const READ: readonly (readonly [sentence: string, entry: unknown, lines: readonly string[]])[] = [
  ['an address', { name: 'db.mesos', type: 'A', value: '10.0.0.1' }, ['db.mesos.  A 10.0.0.1']],
  [
    'several, with a TTL',
    { name: 'DB.mesos.', type: 'a', value: ['10.0.0.1', '10.0.0.2'], ttl: 7 },
    ['db.mesos. 7 A 10.0.0.1', 'db.mesos. 7 A 10.0.0.2'],
  ],
  ['an IPv6 address', { name: 'db.mesos', type: 'AAAA', value: 'FD00:0::1', comment: 'old' }, ['db.mesos.  AAAA fd00::1']],
  ['an alias', { name: 'db.mesos', type: 'CNAME', value: 'web.marathon.mesos' }, ['db.mesos.  CNAME web.marathon.mesos.']],
  ['a wildcard', { name: '*.lb.mesos', type: 'CNAME', value: 'edge.mesos' }, ['*.lb.mesos.  CNAME edge.mesos.']],
  ['a service', { name: '_db._tcp.mesos', type: 'SRV', target: 'db.mesos', port: 5432 }, ['_db._tcp.mesos.  SRV 0 1 5432 db.mesos.']],
  [
    'a service with weight and priority',
    { name: '_db._tcp.mesos', type: 'SRV', target: 'db.mesos', port: 1, weight: 5, priority: 256 },
    ['_db._tcp.mesos.  SRV 256 5 1 db.mesos.'],
  ],
  ['a text', { name: 'db.mesos', type: 'TXT', value: 'a b' }, ['db.mesos.  TXT "a b"']],
  ['several texts', { name: 'db.mesos', type: 'TXT', value: ['a', ''] }, ['db.mesos.  TXT "a" ""']],
  [
    'a long text in pieces',
    { name: 'db.mesos', type: 'TXT', value: 'x'.repeat(300) },
    [`db.mesos.  TXT "${'x'.repeat(255)}" "${'x'.repeat(45)}"`],
  ],
  ['a pointer', { name: '9.0.0.10.in-addr.arpa', type: 'PTR', value: 'db.mesos' }, ['9.0.0.10.in-addr.arpa.  PTR db.mesos.']],
];

const REFUSED: readonly (readonly [entry: unknown, problem: RegExp])[] = [
  ['x', /^record 1: it is no object/],
  [{ name: 'db.mesos', type: 'MX', value: 'x' }, /^record 1 \(db\.mesos MX\): type is "MX": give one of A, AAAA/],
  [{ name: 'db.mesos' }, /type is undefined/],
  [{ type: 'A', value: '10.0.0.1' }, /^record 1 \(A\): name is missing: give a domain name/],
  [{ name: 'a b.mesos', type: 'A', value: '10.0.0.1' }, /name is "a b\.mesos"/],
  [{ name: '.', type: 'A', value: '10.0.0.1' }, /name is "\."/],
  [{ name: `${'a'.repeat(64)}.mesos`, type: 'A', value: '10.0.0.1' }, /at most 63 characters/],
  [{ name: 'x.*.mesos', type: 'A', value: '10.0.0.1' }, /a wildcard is '\*' alone/],
  [{ name: 'a*.mesos', type: 'A', value: '10.0.0.1' }, /a wildcard is '\*' alone/],
  [{ name: '*', type: 'A', value: '10.0.0.1' }, /needs a domain behind it/],
  [{ name: 'db.mesos', type: 'A', value: 'fd00::1' }, /value is "fd00::1": give an IPv4 address/],
  [{ name: 'db.mesos', type: 'AAAA', value: '10.0.0.1' }, /give an IPv6 address/],
  [{ name: 'db.mesos', type: 'A', value: [] }, /empty list/],
  [{ name: 'db.mesos', type: 'A', value: ['10.0.0.1', 7] }, /value is 7/],
  [{ name: 'db.mesos', type: 'A', value: '10.0.0.1', ttl: -1 }, /ttl is -1: give seconds/],
  [{ name: 'db.mesos', type: 'A', value: '10.0.0.1', tll: 5 }, /it has 'tll', which means nothing here/],
  [{ name: 'db.mesos', type: 'CNAME', value: 'DB.mesos' }, /alias of itself/],
  [{ name: 'db.mesos', type: 'SRV', target: 'x.mesos', port: 0 }, /port is 0: give a port/],
  [{ name: 'db.mesos', type: 'SRV', target: 'x.mesos', port: 1, weight: 65_536 }, /weight is 65536/],
  [{ name: 'db.mesos', type: 'SRV', port: 1 }, /target is missing/],
  [{ name: 'db.mesos', type: 'TXT', value: 7 }, /value is 7: give a text/],
];

describe('a file of records', () => {
  for (const [sentence, entry, lines] of READ)
    it(`has ${sentence}`, () => {
      assert.deepEqual(linesOf([entry]), lines);
      assert.deepEqual(parseStaticRecords({ records: [entry] })?.problems, []);
    });

  for (const [entry, problem] of REFUSED)
    it(`tells what is wrong with ${JSON.stringify(entry).slice(0, 80)}, and takes the rest`, () => {
      const { records, problems } = parseStaticRecords([entry, { name: 'ok.mesos', type: 'A', value: '10.0.0.1' }]) ?? assert.fail();
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', problem);
      assert.deepEqual(
        records.map(({ name }) => toText(name)),
        ['ok.mesos.'],
      );
    });

  it('is none without a list', () => {
    for (const json of [undefined, null, 7, {}, { records: {} }]) assert.equal(parseStaticRecords(json), undefined);
  });

  const ALIAS = { name: 'db.mesos', type: 'CNAME', value: 'web.mesos' };
  it('has nothing beside an alias, whichever comes first', () => {
    const address = { name: 'db.mesos', type: 'A', value: '10.0.0.1' };
    for (const [first, second] of [
      [ALIAS, address],
      [address, ALIAS],
      [ALIAS, { ...ALIAS, value: 'other.mesos' }],
    ]) {
      const { records, problems } = parseStaticRecords([first, second]) ?? assert.fail();
      assert.equal(records.length, 1);
      assert.match(problems.join(), /^record 2 \(db\.mesos .*beside a CNAME nothing may stand/);
    }
  });
});

const zoneWith = (json: unknown): Zone => {
  const zone = aZone();
  zone.apply({ records: parseStaticRecords(json)?.records ?? [] });
  return zone;
};

describe('a zone with records from a file', () => {
  it('has them beside what runs', () => {
    const zone = zoneWith([{ name: 'web.marathon.mesos', type: 'A', value: '10.9.0.1' }]);
    zone.apply({ put: [aNamedTask()] });
    assert.deepEqual(answersOf(zone, 'web.marathon.mesos'), ['A 10.1.0.5', 'A 10.9.0.1']);
    zone.apply({ records: [] });
    assert.deepEqual(answersOf(zone, 'web.marathon.mesos'), ['A 10.1.0.5']);
  });

  it('hides an alias while something runs under its name', () => {
    const zone = zoneWith([{ name: 'web.marathon.mesos', type: 'CNAME', value: 'sorry.mesos' }]);
    assert.deepEqual(answersOf(zone, 'web.marathon.mesos'), ['CNAME sorry.mesos.']);
    zone.apply({ put: [aNamedTask()] });
    assert.deepEqual(answersOf(zone, 'web.marathon.mesos'), ['A 10.1.0.5']);
    zone.apply({ drop: ['marathon\nweb.1'] });
    assert.deepEqual(answersOf(zone, 'web.marathon.mesos'), ['CNAME sorry.mesos.']);
  });

  it('has the lowest TTL of a name for all of it, while it is in the file', () => {
    const zone = zoneWith([
      { name: 'db.mesos', type: 'A', value: '10.0.0.1', ttl: 30 },
      { name: 'db.mesos', type: 'TXT', value: 'x', ttl: 9 },
    ]);
    const ttl = (): number | undefined => zone.node(knownName('db.mesos'))?.ttlSeconds;
    assert.equal(ttl(), 9);
    const serial = zone.serial;
    zone.apply({ records: parseStaticRecords([{ name: 'db.mesos', type: 'A', value: '10.0.0.1' }])?.records ?? [] });
    assert.equal(ttl(), undefined);
    assert.equal(zone.serial, serial + 1);
  });

  it('knows of wildcards while it has some', () => {
    const zone = zoneWith([{ name: '*.lb.mesos', type: 'A', value: '10.0.0.1' }]);
    assert.ok(zone.hasWildcards);
    assert.deepEqual(answersOf(zone, 'lb.mesos'), []);
    zone.apply({ records: [] });
    assert.ok(!zone.hasWildcards);
  });

  const FOREIGN: readonly (readonly [name: string, apex: string])[] = [
    ['db.corp.example', 'db.corp.example'],
    ['*.corp.example', 'corp.example'],
    ['_x._tcp.corp.example', 'corp.example'],
  ];
  for (const [name, apex] of FOREIGN)
    it(`makes '${apex}' a zone of ours for '${name}'`, () => {
      const zone = zoneWith([{ name, type: 'TXT', value: 'x' }]);
      assert.equal(zone.apexOf(knownName(name)), knownName(apex));
      assert.equal(zone.apexOf(knownName('other.example')), undefined);
      zone.apply({ records: [] });
      assert.equal(zone.apexOf(knownName(name)), undefined);
    });

  it('has the same zones whatever the file said before', () => {
    const address = { name: 'a.corp.example', type: 'A', value: '10.0.0.1' };
    const service = { name: '_x._tcp.corp.example', type: 'TXT', value: 'x' };
    const zone = zoneWith([address]);
    zone.apply({ records: parseStaticRecords([address, service])?.records ?? [] });
    assert.equal(zone.apexOf(knownName('a.corp.example')), knownName('corp.example'));
    assert.deepEqual([...zone.apexes()].sort(), [...zoneWith([service, address]).apexes()].sort());
  });

  it('leads from its addresses back to their names', () => {
    const zone = zoneWith([{ name: 'db.mesos', type: 'A', value: '10.0.0.9' }]);
    assert.deepEqual(answersOf(zone, '9.0.0.10.in-addr.arpa'), ['PTR db.mesos.']);
  });
});
