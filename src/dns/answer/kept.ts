import type { Rdata } from '../record.ts';
import type { ZoneNode } from '../zone-view.ts';
import type { Prepared } from './prepared.ts';

/** Records of one type, and how much room they take. */
export interface KeptList {
  /** Of the node then. */
  readonly version: number;
  readonly records: readonly Rdata[];
  /** In bytes, of all their data. */
  readonly length: number;
}

/** What is kept with a node from one question to the next. */
interface Kept {
  readonly targets: Map<number, Prepared>;
  readonly lists: Map<number, KeptList>;
}

/** Made if there is nothing yet. */
export const keptOf = (node: ZoneNode): Kept => {
  const known = node.prepared as Kept | undefined;
  if (known !== undefined) return known;
  const kept: Kept = { targets: new Map(), lists: new Map() };
  node.prepared = kept;
  return kept;
};

const lengthOf = (records: readonly Rdata[]): number => {
  let length = 0;
  for (const data of records) length += data.length;
  return length;
};

/** Longer lists are kept: the zone makes a new one each time, and hundreds of answers of a thousand records take longer for that than for all else. */
const SHORT = 16;

/** A node's records of one type, as last time where they are many and have not changed. */
export const listOf = (node: ZoneNode, type: number): KeptList => {
  const { version } = node;
  const known = node.prepared === undefined ? undefined : keptOf(node).lists.get(type);
  if (known?.version === version) return known;
  const records = node.records(type);
  const list = { version, records, length: lengthOf(records) };
  if (records.length > SHORT) keptOf(node).lists.set(type, list);
  return list;
};
