import { addressText } from '../../dns/address.ts';
import { dataText, typeText } from '../../dns/data-text.ts';
import { type Name, toText } from '../../dns/name.ts';
import { type Rdata, TYPE } from '../../dns/record.ts';
import { srvParts } from '../../dns/records/emit.ts';
import type { ZoneOptions } from '../../dns/zone-options.ts';
import { list, object, type Told, value } from './json-parts.ts';

/** All records of one name and type. */
export interface ToldSet {
  readonly name: Name;
  readonly type: number;
  readonly data: readonly Rdata[];
}

/** What a task gives, as Mesos-DNS enumerates it: a record belongs to the first task that gives it. */
export interface ToldTask {
  readonly name: string;
  readonly id: string;
  readonly records: Iterable<{ readonly name: Name; readonly type: number; readonly data: Rdata }>;
}

export interface ToldFramework {
  readonly name: string;
  readonly tasks: Iterable<ToldTask>;
}

/** 'web-1.marathon.mesos.:80', as Mesos-DNS writes what an SRV record leads to. */
const hostOf = (type: number, data: Rdata): string => {
  if (type !== TYPE.SRV) return type === TYPE.A || type === TYPE.AAAA ? addressText(data) : dataText(type, data);
  const { target, port } = srvParts(data);
  return `${toText(target)}:${port}`;
};

function* ofType(sets: Iterable<ToldSet>, wanted: number): Generator<readonly [string, Told]> {
  for (const { name, type, data } of sets)
    if (type === wanted && data.length > 0) yield [toText(name), value(data.map((one) => hostOf(type, one)))];
}

/** What `/v1/axfr` tells besides records. */
export interface AxfrHead {
  readonly ttlSeconds: number;
  readonly refreshSeconds: number;
  /** 'ns1.mesos.' */
  readonly mname: string;
  readonly rname: string;
  /** 'mesos' */
  readonly domain: string;
}

const absolute = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

/** @param refreshSeconds how often Mesos is asked */
export const axfrHead = ({ domain, ttlSeconds, soaMname, soaRname }: ZoneOptions, refreshSeconds: number): AxfrHead => ({
  ...{ ttlSeconds, refreshSeconds, domain },
  mname: absolute(soaMname),
  rname: absolute(soaRname),
});

/** Of `/v1/axfr`, in Mesos-DNS's order of fields. @param sets walked once for each type */
export const axfrTold = ({ ttlSeconds, refreshSeconds, mname, rname, domain }: AxfrHead, serial: number, sets: Iterable<ToldSet>): Told =>
  object([
    ['TTL', value(ttlSeconds)],
    ['Serial', value(serial)],
    ['RefreshSeconds', value(refreshSeconds)],
    ['Mname', value(mname)],
    ['Rname', value(rname)],
    ['Domain', value(domain)],
    [
      'Records',
      object([
        ['As', object(ofType(sets, TYPE.A))],
        ['AAAAs', object(ofType(sets, TYPE.AAAA))],
        ['SRVs', object(ofType(sets, TYPE.SRV))],
      ]),
    ],
  ]);

const recordTold = (name: Name, type: number, data: Rdata): Told =>
  value({ name: toText(name), host: hostOf(type, data), rtype: typeText(type) });

/** What describes a zone itself: dcos-net does not list it either. */
const OF_APEX: readonly number[] = [TYPE.SOA, TYPE.NS];

function* eachRecord(sets: Iterable<ToldSet>): Generator<Told> {
  for (const { name, type, data } of sets) if (!OF_APEX.includes(type)) for (const one of data) yield recordTold(name, type, one);
}

/** Of dcos-net's `/v1/records`. */
export const recordsTold = (sets: Iterable<ToldSet>): Told => list(eachRecord(sets));

function* mapped<T, U>(all: Iterable<T>, of: (one: T) => U): Generator<U> {
  for (const one of all) yield of(one);
}

const taskTold = ({ name, id, records }: ToldTask): Told =>
  object([
    ['name', value(name)],
    ['id', value(id)],
    ['records', list(mapped(records, (record) => recordTold(record.name, record.type, record.data)))],
  ]);

/** Of `/v1/enumerate`, in Mesos-DNS's order of fields. */
export const enumerationTold = (frameworks: Iterable<ToldFramework>): Told =>
  object([
    [
      'frameworks',
      list(
        mapped(frameworks, ({ name, tasks }) =>
          object([
            ['tasks', list(mapped(tasks, taskTold))],
            ['name', value(name)],
          ]),
        ),
      ),
    ],
  ]);
