import type { Name } from '../name.ts';
import { TYPE } from '../record.ts';
import type { Rdata } from '../record.ts';
import type { ZoneNode, ZoneView } from '../zone-view.ts';
import { QUESTION_POINTER, writeFixed, writeText } from './frame.ts';
import { keptOf } from './kept.ts';
import { targetPlace } from './renames.ts';
import type { KnownRename } from './renames.ts';
import type { ShownZone } from './shown-zone.ts';

/** Addresses of one target, of one family. */
export interface AddressSet {
  /** Each: type, class, TTL, length and data; the owner is put in front when it is known where that stands. */
  readonly bytes: Buffer;
  readonly count: number;
  /** In bytes, of one. */
  readonly each: number;
}

/** A name that records point to. */
export interface Target {
  /** As the client sees it. */
  readonly name: Name;
  readonly sets: readonly AddressSet[];
}

/** The records of a set whose data has a name (SRV, NS, MX), ready to be put together, with the addresses of these names. */
export interface Prepared {
  /** Of the node whose records they are. */
  readonly version: number;
  /** The nodes that addresses are from, and their versions then. */
  readonly nodes: readonly { readonly node: ZoneNode; readonly version: number }[];
  /** Some target is ours and does not exist: all this holds for one state of the zone alone. */
  readonly isAwaiting: boolean;
  /** The zone's serial when it was last seen to hold. */
  heldAt: number;
  /** All records, owners included, one after the other. */
  readonly bytes: Buffer;
  /** Where each begins, and where the last ends. */
  readonly starts: Uint32Array;
  /** Of each record, which target. */
  readonly targetOf: Uint32Array;
  readonly targets: readonly Target[];
  /** In bytes from a record's begin, of its target. */
  readonly targetAt: number;
  /** In bytes, of all addresses, where no owner is longer than its target. */
  readonly additionalLength: number;
}

/** Owner, type, class, TTL and length. */
const BEFORE_DATA = 12;

const addressSet = (node: ZoneNode, type: number, ttlSeconds: number): AddressSet | undefined => {
  const records = node.records(type);
  const each = 10 + (records[0]?.length ?? 0);
  if (records.length === 0) return undefined;
  const bytes = Buffer.allocUnsafe(each * records.length);
  let at = 0;
  for (const data of records) at = writeText(bytes, writeFixed(bytes, at, type, ttlSeconds, data.length), data);
  return { bytes, count: records.length, each };
};

const targetOf = (zone: ZoneView, node: ZoneNode | undefined, name: Name): Target => ({
  name,
  sets: node === undefined ? [] : [TYPE.A, TYPE.AAAA].flatMap((type) => addressSet(node, type, node.ttlSeconds ?? zone.ttlSeconds) ?? []),
});

/** In bytes, of all its addresses, where no owner is longer than its target. */
const lengthOf = ({ name, sets }: Target): number => sets.reduce((sum, { each, count }) => sum + (name.length + each) * count, 0);

/** Behind owners that all point at the question, one record after the other. */
const packed = (type: number, ttlSeconds: number, shown: readonly Rdata[]): Pick<Prepared, 'bytes' | 'starts'> => {
  const bytes = Buffer.allocUnsafe(shown.reduce((sum, data) => sum + BEFORE_DATA + data.length, 0));
  const starts = new Uint32Array(shown.length + 1);
  let at = 0;
  shown.forEach((data, nth) => {
    bytes.writeUInt16BE(QUESTION_POINTER, at);
    at = writeText(bytes, writeFixed(bytes, at + 2, type, ttlSeconds, data.length), data);
    starts[nth + 1] = at;
  });
  return { bytes, starts };
};

/** The distinct ones of a list, and of each of the list's which of them. */
const distinct = (names: readonly Name[]): { readonly names: readonly Name[]; readonly which: Uint32Array } => {
  const places = new Map<Name, number>();
  for (const name of names) if (!places.has(name)) places.set(name, places.size);
  return { names: [...places.keys()], which: Uint32Array.from(names, (name) => places.get(name) ?? 0) };
};

const prepare = (shown: ShownZone, node: ZoneNode, type: number, records: readonly Rdata[]): Prepared => {
  const { zone } = shown;
  const place = targetPlace(type) ?? 0;
  const { names, which } = distinct(records.map((data) => data.slice(place)));
  const places = names.map((name) => shown.place(name).name);
  const nodes = places.map((name) => zone.node(name));
  const targets = names.map((name, nth) => targetOf(zone, nodes[nth], name));
  const isAwaiting = places.some((name, nth) => nodes[nth] === undefined && zone.apexOf(name) !== undefined);
  return {
    version: node.version,
    nodes: nodes.flatMap((target) => (target === undefined ? [] : { node: target, version: target.version })),
    isAwaiting,
    heldAt: zone.serial,
    ...packed(type, shown.ttlSeconds(node), records),
    targetOf: which,
    targets,
    targetAt: BEFORE_DATA + place,
    additionalLength: targets.reduce((sum, target) => sum + lengthOf(target), 0),
  };
};

const holds = (zone: ZoneView, node: ZoneNode, prepared: Prepared): boolean => {
  if (prepared.heldAt === zone.serial) return true;
  if (prepared.version !== node.version || prepared.isAwaiting) return false;
  for (const { node: target, version } of prepared.nodes) if (target.version !== version) return false;
  prepared.heldAt = zone.serial;
  return true;
};

/** As it was prepared before, if nothing has changed of what it was made of. Undefined: there are no such records. */
export const preparedOf = (shown: ShownZone, node: ZoneNode, type: number, rename: KnownRename | undefined): Prepared | undefined => {
  const key = type * 256 + (rename?.nth ?? 0);
  const known = node.prepared === undefined ? undefined : keptOf(node).targets.get(key);
  if (known !== undefined && holds(shown.zone, node, known)) return known;
  const records = shown.data(node, type, rename);
  if (records.length === 0) return undefined;
  const prepared = prepare(shown, node, type, records);
  keptOf(node).targets.set(key, prepared);
  return prepared;
};
