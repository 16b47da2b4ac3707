import type { Name } from './name.ts';
import type { Rdata } from './record.ts';

/** What is answered for one name now. Kept in place by its zone; `records` gives lists that are replaced, never changed. */
export interface ZoneNode {
  /** Grows whenever what is answered for this name changes, and once more when it leaves the zone. */
  readonly version: number;
  /** No longer in its zone. */
  readonly isGone: boolean;
  /** Of one type, in no order that means anything; none: an empty list. A name with lists of no type is an empty non-terminal (RFC 8020). */
  records(type: number): readonly Rdata[];
  /** Those with records. */
  types(): readonly number[];
  /** Of its records; absent: the zone's. */
  readonly ttlSeconds?: number;
  /** Whatever the answering side keeps with this name; the zone does not look at it. */
  prepared: unknown;
}

/** The zone as those see it who answer from it. */
export interface ZoneView {
  /** Grows with every change (RFC 1982). */
  readonly serial: number;
  readonly ttlSeconds: number;
  /** Of answers that there is nothing: SOA minimum, and the TTL of the SOA record then. */
  readonly negativeTtlSeconds: number;
  /** Some name has '*' for its first label. */
  readonly hasWildcards: boolean;
  node(name: Name): ZoneNode | undefined;
  /** The longest apex at or above the name; undefined: the name is not ours. Each apex has a node with its SOA and NS records. */
  apexOf(name: Name): Name | undefined;
}
