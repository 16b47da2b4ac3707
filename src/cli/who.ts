import { hostname, userInfo } from 'node:os';

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that is nobody's.
    return `uid-${process.getuid?.() ?? '?'}`;
  }
};

/** Who types here, as it is written down with what he decides: 'ada@edge-1'. */
export const who = (): string => `${userName()}@${hostname()}`;
