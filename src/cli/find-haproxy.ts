import { findBinary } from '../haproxy/binary.ts';
import { askCapabilities } from '../haproxy/capabilities.ts';
import { messageOf } from '../kit/error.ts';
import type { Capabilities } from '../plan/capabilities.ts';

/** A HAProxy that can be asked, or why there is none. */
type FoundHaproxy = { readonly path: string; readonly capabilities: Capabilities } | { readonly path: undefined; readonly because: string };

/** A machine that builds has no HAProxy as a rule: only one that was named must be there. @throws SluiceError where that one is not */
export const findHaproxy = async (program: string, isNamed: boolean): Promise<FoundHaproxy> => {
  try {
    const binary = await findBinary(program);
    return { path: binary.path, capabilities: await askCapabilities(binary) };
  } catch (error) {
    if (isNamed) throw error;
    return { path: undefined, because: messageOf(error) };
  }
};
