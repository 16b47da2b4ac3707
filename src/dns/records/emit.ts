import type { AddressData } from '../address.ts';
import { flat } from '../flat.ts';
import { type Name, nameOf } from '../name.ts';
import type { Rdata } from '../record.ts';

/**
 * Takes one record.
 * @param name undefined: what it would be called is no name; it is counted, and left out
 * @param rank of sets of one name and type the one of the lowest rank is served, alone; absent: 0
 */
export type Emit = (name: Name | undefined, type: number, data: Rdata, rank?: number) => void;

/** The labels in front of a name, in one piece. Undefined: a label is empty or too long, or the whole is. */
export const below = (parent: Name | undefined, ...labels: readonly string[]): Name | undefined => {
  if (parent === undefined) return undefined;
  const head = nameOf(labels);
  return head === undefined || head.length + parent.length > 256 ? undefined : flat(head.slice(0, -1) + parent);
};

const uint16 = (value: number): string => String.fromCharCode((value >> 8) & 0xff, value & 0xff);

/** RFC 2782. @param weight, port, priority 0 to 65535 */
export const srvData = (weight: number, port: number, target: Name, priority = 0): Rdata =>
  flat(uint16(priority) + uint16(weight) + uint16(port) + target);

/** The parts of what `srvData` makes. */
export const srvParts = (data: Rdata): { readonly weight: number; readonly port: number; readonly target: Name } => ({
  weight: (data.charCodeAt(2) << 8) | data.charCodeAt(3),
  port: (data.charCodeAt(4) << 8) | data.charCodeAt(5),
  target: data.slice(6),
});

/** One A or AAAA record for each address. */
export const emitAddresses = (emit: Emit, name: Name | undefined, addresses: readonly AddressData[]): void => {
  for (const { type, data } of addresses) emit(name, type, data);
};
