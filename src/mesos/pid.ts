import { canonicalIp } from '../kit/ip-address.ts';

/** Where a process of Mesos listens: 'slave(1)@10.0.0.1:5051', 'master@[2001:db8::1]:5050'. */
export interface Pid {
  /** An address (of IPv6 without brackets), or a name. */
  readonly host: string;
  readonly port: number;
}

const PID = /^[^@]+@(?:\[([^\]@]+)\]|([^@:[\]\s]+)):(\d{1,5})$/;

/** Undefined: it is none. */
export const toPid = (text: string): Pid | undefined => {
  const [whole, v6, host, port] = PID.exec(text.trim()) ?? [];
  return whole === undefined || Number(port) > 65535 ? undefined : { host: v6 ?? host ?? '', port: Number(port) };
};

/** 'ip:port', '[v6]:port' of the leader's pid. Undefined: it is none, or has a name in place of an address. */
export const leaderOf = (text: string): string | undefined => {
  const pid = toPid(text);
  const address = pid && canonicalIp(pid.host);
  return pid === undefined || address === undefined ? undefined : `${address.includes(':') ? `[${address}]` : address}:${pid.port}`;
};
