import { addressesData } from '../address.ts';
import { knownName } from '../name.ts';
import type { Naming } from '../naming.ts';
import { spartanRecords } from './dcos-cluster.ts';
import { type Emit, emitAddresses } from './emit.ts';
import { emitPointers, POINTER_RANK } from './pointers.ts';

const LOCALHOST = knownName('localhost');

/** Records that are there whatever runs: of the name server itself, and of localhost (RFC 6761, 6.3). */
export const ownRecords = (naming: Naming, emit: Emit): void => {
  const localhost = addressesData(['127.0.0.1', '::1']);
  emitAddresses(emit, LOCALHOST, localhost);
  emitPointers(emit, localhost, LOCALHOST, POINTER_RANK.localhost);
  if (naming.nameServer !== undefined) emitAddresses(emit, naming.nameServer, addressesData(naming.listenerAddresses));
  if (naming.dcos !== undefined) spartanRecords(emit);
};
