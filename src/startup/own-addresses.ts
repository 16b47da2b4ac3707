import { networkInterfaces } from 'node:os';
import { canonicalIp } from '../kit/ip-address.ts';

/** Those that this host has now, in canonical form. */
export const ownAddresses = (): ReadonlySet<string> =>
  new Set(
    Object.values(networkInterfaces())
      .flat()
      .flatMap((one) => canonicalIp(one?.address ?? '') ?? []),
  );
