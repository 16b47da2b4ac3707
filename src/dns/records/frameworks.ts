import { addressesData } from '../address.ts';
import { toFragment } from '../labels.ts';
import type { NamedFramework } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import { TYPE } from '../record.ts';
import { below, type Emit, emitAddresses, srvData } from './emit.ts';
import { isPort } from './host-ports.ts';
import { emitPointers, POINTER_RANK } from './pointers.ts';

/** 'marathon.mesos' is where its scheduler runs; with a port, '_framework._tcp.marathon.mesos' too. */
export const frameworkRecords = (framework: NamedFramework, naming: Naming, emit: Emit): void => {
  const fragment = toFragment(framework.name, naming.rule);
  const name = fragment.length === 0 ? undefined : below(naming.domain, ...fragment);
  const addresses = addressesData(framework.addresses);
  emitAddresses(emit, name, addresses);
  if (name === undefined || addresses.length === 0) return;
  emitPointers(emit, addresses, name, POINTER_RANK.framework);
  if (framework.port === undefined || !isPort(framework.port)) return;
  emit(below(name, '_framework', '_tcp'), TYPE.SRV, srvData(naming.srvWeight, framework.port, name));
};
