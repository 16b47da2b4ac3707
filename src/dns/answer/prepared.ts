import type { Name } from '../name.ts';
import { TYPE } from '../record.ts';
import type { Rdata } from '../record.ts';
import type { ZoneNode, ZoneView } from '../zone-view.ts';
import { QUESTION_POINTER, writeFixed, writeText } from './frame.ts';
import { dataBack, placeOf, targetPlace } from './renames.ts';
import type { KnownRename } from './renames.ts';

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
  /** Some target is ours and does not exist: this holds for that state of the zone alone. */
  readonly serial: number | undefined;
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

type PreparedAnswers = Map<number, Prepared>;

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

const prepare = (
  zone: ZoneView,
  node: ZoneNode,
  type: number,
  rename: KnownRename | undefined,
  renames: readonly KnownRename[],
): Prepared => {
  const place = targetPlace(type) ?? 0;
  const records = node.records(type);
  const shown = records.map((data) => dataBack(type, data, rename));
  const { names, which } = distinct(records.map((data) => placeOf(renames, data.slice(place)).name));
  const nodes = names.map((name) => zone.node(name));
  const targets = names.map((_, nth) => targetOf(zone, nodes[nth], shown[which.indexOf(nth)]?.slice(place) ?? ''));
  const isAwaited = names.some((name, nth) => nodes[nth] === undefined && zone.apexOf(name) !== undefined);
  return {
    version: node.version,
    nodes: nodes.flatMap((target) => (target === undefined ? [] : { node: target, version: target.version })),
    serial: isAwaited ? zone.serial : undefined,
    ...packed(type, node.ttlSeconds ?? zone.ttlSeconds, shown),
    targetOf: which,
    targets,
    targetAt: BEFORE_DATA + place,
    additionalLength: targets
      .flatMap(({ name, sets }) => sets.map(({ each, count }) => (name.length + each) * count))
      .reduce((sum, one) => sum + one, 0),
  };
};

const holds = (zone: ZoneView, node: ZoneNode, prepared: Prepared): boolean => {
  if (prepared.version !== node.version || (prepared.serial !== undefined && prepared.serial !== zone.serial)) return false;
  for (const { node: target, version } of prepared.nodes) if (target.version !== version) return false;
  return true;
};

/** As it was prepared before, if nothing has changed of what it was made of. */
export const preparedOf = (
  zone: ZoneView,
  node: ZoneNode,
  type: number,
  rename: KnownRename | undefined,
  renames: readonly KnownRename[],
): Prepared => {
  const answers = (node.prepared as PreparedAnswers | undefined) ?? new Map<number, Prepared>();
  const key = type * 256 + (rename?.nth ?? 0);
  const known = answers.get(key);
  if (known !== undefined && holds(zone, node, known)) return known;
  const prepared = prepare(zone, node, type, rename, renames);
  node.prepared = answers.set(key, prepared);
  return prepared;
};
