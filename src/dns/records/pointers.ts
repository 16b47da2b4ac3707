import type { AddressData } from '../address.ts';
import type { Name } from '../name.ts';
import { TYPE } from '../record.ts';
import { reverseName } from '../reverse.ts';
import type { Emit } from './emit.ts';

/** Whose name an address has where several would do: the first that there is. */
export const POINTER_RANK = { localhost: 0, file: 1, task: 2, fileAddress: 3, master: 4, agent: 5, framework: 6 } as const;

/** PTR records from addresses back to a name. */
export const emitPointers = (emit: Emit, addresses: readonly AddressData[], name: Name, rank: number): void => {
  for (const { data } of addresses) emit(reverseName(data), TYPE.PTR, name, rank);
};
