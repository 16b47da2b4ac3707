import { TYPE } from '../record.ts';
import type { ShownRecord } from './packer.ts';
import { targetPlace } from './renames.ts';
import type { ShownZone } from './shown-zone.ts';

/** Addresses of the names that records point to, in sets of one name and one family. */
export const addressesBeside = (shown: ShownZone, type: number, records: readonly ShownRecord[]): readonly (readonly ShownRecord[])[] => {
  const at = targetPlace(type);
  if (at === undefined) return [];
  return [...new Set(records.map(({ data }) => data.slice(at)))].flatMap((target) => {
    const { name, rename } = shown.place(target);
    const node = shown.zone.node(name);
    return node === undefined ? [] : [TYPE.A, TYPE.AAAA].map((address) => shown.records(node, address, target, rename));
  });
};
