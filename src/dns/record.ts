import type { Name } from './name.ts';

/** Numbers of record types (IANA). */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const;

/** Rdata in wire form, as a latin1 string; names in it are not compressed. Of an A record four characters, of an SRV six and the target's `Name`. */
export type Rdata = string;

/** One resource record; the class is IN. */
export interface ZoneRecord {
  readonly name: Name;
  /** One of `TYPE`, or any other number from a file. */
  readonly type: number;
  readonly data: Rdata;
}
