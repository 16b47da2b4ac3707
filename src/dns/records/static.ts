import { TYPE } from '../record.ts';
import { reverseName } from '../reverse.ts';
import type { StaticRecord } from '../static-record.ts';
import type { Emit } from './emit.ts';
import { POINTER_RANK } from './pointers.ts';

const isAddress = (type: number): boolean => type === TYPE.A || type === TYPE.AAAA;

/** A record from a file as it is; an address leads back to its name, but for wildcards, which are no name of anybody. */
export const staticRecords = (record: StaticRecord, emit: Emit): void => {
  const { name, type, data } = record;
  emit(name, type, data, type === TYPE.PTR ? POINTER_RANK.file : 0);
  if (isAddress(type) && !name.startsWith('\x01*')) emit(reverseName(data), TYPE.PTR, name, POINTER_RANK.fileAddress);
};
