import type { Name } from './name.ts';
import type { Rdata } from './record.ts';
import type { ZoneNode } from './zone-view.ts';

/** All records of one name and type. */
export interface RecordSet {
  readonly name: Name;
  readonly type: number;
  /** Never changed. */
  readonly data: readonly Rdata[];
  readonly ttlSeconds: number;
}

interface Served {
  readonly ttlSeconds: number;
  node(name: Name): ZoneNode | undefined;
  nodes(): Iterable<readonly [Name, ZoneNode]>;
  apexOf(name: Name): Name | undefined;
}

const setsOf = (name: Name, node: ZoneNode, ttlSeconds: number): readonly RecordSet[] =>
  node.types().map((type) => ({ name, type, data: node.records(type), ttlSeconds: node.ttlSeconds ?? ttlSeconds }));

/** What one zone serves now, the sets of its apex first, its SOA record before all; none: there is no such zone. */
export const snapshotOf = (zone: Served, apex: Name): readonly RecordSet[] => {
  const top = zone.node(apex);
  if (top === undefined || zone.apexOf(apex) !== apex) return [];
  const sets = [...setsOf(apex, top, zone.ttlSeconds)];
  for (const [name, node] of zone.nodes()) {
    if (name !== apex && name.endsWith(apex) && zone.apexOf(name) === apex) sets.push(...setsOf(name, node, zone.ttlSeconds));
  }
  return sets;
};
