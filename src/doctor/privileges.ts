import { readFile } from 'node:fs/promises';

const NET_BIND_SERVICE = 10n;
const USUAL_FIRST_OPEN = 1024;

const hasCapability = (status: string, set: 'CapEff' | 'CapAmb'): boolean => {
  const bits = new RegExp(`^${set}:\\s+([0-9a-f]+)$`, 'm').exec(status)?.[1];
  return bits !== undefined && ((BigInt(`0x${bits}`) >> NET_BIND_SERVICE) & 1n) === 1n;
};

/** Which ports may be listened on. */
export interface PortRights {
  /** The lowest port that this process may listen on. */
  readonly lowest: number;
  /** The same of a program that it starts: a capability is handed on by root, or where it is an ambient one. */
  readonly lowestOfChildren: number;
}

export const portRights = async (): Promise<PortRights> => {
  const status = await readFile('/proc/self/status', 'utf8');
  // Not there before Linux 4.11.
  const start = Number(await readFile('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8').catch(() => USUAL_FIRST_OPEN));
  const has = hasCapability(status, 'CapEff');
  const handsOn = has && (process.getuid?.() === 0 || hasCapability(status, 'CapAmb'));
  return { lowest: has ? 1 : start, lowestOfChildren: handsOn ? 1 : start };
};
