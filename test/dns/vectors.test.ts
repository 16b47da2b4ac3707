import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { canonicalSuffix } from '../../src/dns/canonical.ts';
import type { Zone } from '../../src/dns/zone.ts';
import type { IpSource } from '../../src/dns/zone-options.ts';
import { frameworksOf } from '../../src/dns-server/rest/frameworks.ts';
import { readState } from '../../src/mesos/state.ts';
import { aZone, shownRecords } from '../kit/zones.ts';

/** What the real Mesos-DNS made of states; each address and target was looked at there. */

type Rows = Readonly<Record<string, readonly string[]>>;

interface Records {
  readonly A: Rows;
  readonly AAAA: Rows;
  readonly SRV: Rows;
}

interface Input {
  readonly state: unknown;
  readonly masters: readonly string[];
  readonly domain: string;
  readonly soaMname: string;
  readonly listener: string;
}

interface Run {
  readonly ipSources: readonly IpSource[];
  readonly enforceRFC952: boolean;
  readonly expect: Records;
}

const VECTORS = JSON.parse(readFileSync(new URL('mesos-dns-vectors.json', import.meta.url), 'utf8')) as {
  readonly stateToRecords: readonly (Input & Run & { readonly desc: string })[];
  readonly taskIdHash: Readonly<Record<string, string>>;
  readonly fixtureA: Input & { readonly runs: readonly Run[] };
};

const zoneOf = (input: Input, { ipSources, enforceRFC952 }: Omit<Run, 'expect'>): Zone => {
  const zone = aZone({
    domain: input.domain,
    soaMname: input.soaMname,
    listenerAddresses: [input.listener],
    ipSources,
    enforceRfc952: enforceRFC952,
  });
  const { tasks, cluster } = readState(input.state, { lookup: () => [], healthAware: false, masters: input.masters });
  zone.apply({ put: tasks, cluster });
  return zone;
};

const keptRows = (rows: Rows, isKept: (name: string, value: string) => boolean): Rows =>
  Object.fromEntries(
    Object.entries(rows)
      .map(([name, values]) => [name, values.filter((value) => isKept(name, value))] as const)
      .filter(([, values]) => values.length > 0),
  );

/** Mesos-DNS's faults that are no names and no ports: a label without a character, port 0. */
const withoutFaults = ({ A, AAAA, SRV }: Records): Records => {
  const isRight = (name: string, value: string): boolean => !/^\.|^-/.test(name) && !value.endsWith(':0');
  return { A: keptRows(A, isRight), AAAA: keptRows(AAAA, isRight), SRV: keptRows(SRV, isRight) };
};

describe('records of states, as Mesos-DNS has them', () => {
  for (const row of VECTORS.stateToRecords)
    it(row.desc, () => assert.deepEqual(shownRecords(zoneOf(row, row), row.domain), withoutFaults(row.expect)));

  it('has left something out of what Mesos-DNS has: a label without a character, a port 0', () => {
    const changed = VECTORS.stateToRecords.filter(({ expect }) => JSON.stringify(withoutFaults(expect)) !== JSON.stringify(expect));
    assert.deepEqual(
      changed.map(({ desc }) => desc.slice(0, 2)),
      ['E4', 'E6'],
    );
  });
});

describe('hashes of task ids', () => {
  for (const [id, hash] of Object.entries(VECTORS.taskIdHash)) it(`'${id}'`, () => assert.equal(canonicalSuffix(id, 'S0'), `-${hash}-s0`));
});

const SOURCES: readonly (readonly IpSource[])[] = [
  ['netinfo', 'docker', 'mesos', 'host'],
  ['docker', 'host'],
  ['mesos', 'host'],
  ['host'],
  ['netinfo'],
  ['netinfo', 'mesos', 'host'],
];

const AGENT = { 'car-store': '1.2.3.11', chronos: '1.2.3.11', reviewbot: '1.2.3.12', 'some-box': '1.2.3.11' };

/** By source order, what the plain name of each task has; what is not listed has its agent's address, or none where `host` is not asked. */
const PLAIN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'netinfo,docker,mesos,host': {
    'big-dog': ['10.3.0.1'],
    'liquor-store': ['10.3.0.1', '10.3.0.2'],
    nginx: ['10.3.0.3'],
    'toy-store': ['12.0.1.2', '12.0.1.3', 'fd01:b::1:8000:2'],
  },
  'docker,host': {
    'big-dog': ['10.3.0.1'],
    'liquor-store': ['10.3.0.1', '10.3.0.2'],
    nginx: ['1.2.3.11'],
    'toy-store': ['2001:db8::1'],
  },
  'mesos,host': {
    'big-dog': ['1.2.3.11'],
    'liquor-store': ['1.2.3.11', '1.2.3.12'],
    nginx: ['10.3.0.3'],
    'toy-store': ['2001:db8::1'],
  },
  host: {
    'big-dog': ['1.2.3.11'],
    'liquor-store': ['1.2.3.11', '1.2.3.12'],
    nginx: ['1.2.3.11'],
    'toy-store': ['2001:db8::1'],
  },
  netinfo: { 'big-dog': [], 'liquor-store': [], nginx: [], 'toy-store': ['12.0.1.2', '12.0.1.3', 'fd01:b::1:8000:2'] },
  'netinfo,mesos,host': {
    'big-dog': ['1.2.3.11'],
    'liquor-store': ['1.2.3.11', '1.2.3.12'],
    nginx: ['10.3.0.3'],
    'toy-store': ['12.0.1.2', '12.0.1.3', 'fd01:b::1:8000:2'],
  },
};

/** 'big-dog', and 'big-dog-4dfjd-0', and 'big.dog' of both. */
const plainName = (task: string): RegExp => new RegExp(`^${task.replace('-', '[-.]')}(-[a-z0-9]{5}-\\d)?\\.[^_]*$`);

const isPlain = (name: string): boolean => !name.startsWith('_') && !name.includes('.slave.') && name.split('.').length > 3;

describe("upstream's fixture, in all orders of sources and both label rules", () => {
  for (const { expect, ...run } of VECTORS.fixtureA.runs)
    it(`all records: ${run.ipSources.join()}${run.enforceRFC952 ? ' RFC 952' : ''}`, () =>
      assert.deepEqual(shownRecords(zoneOf(VECTORS.fixtureA, run)), expect));

  for (const ipSources of SOURCES) {
    for (const enforceRFC952 of [true, false]) {
      it(`plain names: ${ipSources.join()}${enforceRFC952 ? ' RFC 952' : ''}`, () => {
        const { A, AAAA } = shownRecords(zoneOf(VECTORS.fixtureA, { ipSources, enforceRFC952 }));
        const expected = { ...(ipSources.includes('host') ? agentRows() : {}), ...PLAIN[ipSources.join()] };
        for (const [task, addresses] of Object.entries(expected)) {
          const all = [...Object.entries(A), ...Object.entries(AAAA)].filter(([name]) => isPlain(name) && plainName(task).test(name));
          assert.deepEqual([...new Set(all.flatMap(([, values]) => values))].sort(), addresses, task);
        }
      });

      it(`nothing else changes: ${ipSources.join()}${enforceRFC952 ? ' RFC 952' : ''}`, () => {
        const { expect } = VECTORS.fixtureA.runs.find((run) => run.enforceRFC952 === enforceRFC952) ?? assert.fail();
        const rest = ({ A, AAAA, SRV }: Records): Records => ({
          A: keptRows(A, (name) => name.includes('.slave.')),
          AAAA: keptRows(AAAA, (name) => name.includes('.slave.')),
          SRV,
        });
        assert.deepEqual(rest(shownRecords(zoneOf(VECTORS.fixtureA, { ipSources, enforceRFC952 }))), rest(expect));
      });
    }
  }
});

const agentRows = (): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(AGENT).map(([task, address]) => [task, [address]]));

describe("enumeration of upstream's fixture", () => {
  it('attaches each record to the first task that has it, and lists frameworks without tasks', () => {
    const zone = zoneOf(VECTORS.fixtureA, { ipSources: ['netinfo', 'docker', 'mesos', 'host'], enforceRFC952: true });
    const counts = [...frameworksOf(zone)].map(({ name, tasks }) => ({
      name,
      tasks: [...tasks].map((task) => `${task.name} ${[...task.records].length}`),
    }));
    assert.deepEqual(counts, [
      { name: 'ipv6-framework', tasks: ['toy-store 16'] },
      { name: 'chronos with a space AND MIXED CASE-2.0.1', tasks: ['some-box 8'] },
      { name: 'no pid', tasks: [] },
      {
        name: 'marathon',
        tasks: [
          'liquor.store 24',
          'big.dog2 24',
          'non-human-readable-liquor-store 24',
          'car.store 12',
          'chronos 8',
          'nginx 4',
          'reviewbot 8',
        ],
      },
    ]);
  });
});
