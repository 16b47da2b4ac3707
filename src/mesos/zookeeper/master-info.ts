import { z } from 'zod';
import { canonicalIp } from '../../kit/ip-address.ts';
import { parsePid } from '../facts/pid.ts';
import { placeText } from '../detect/masters.ts';

const DEFAULT_PORT = 5050;

const infoSchema = z.object({
  address: z.object({ ip: z.string().optional(), port: z.number().int().min(1).max(65_535).default(DEFAULT_PORT) }).optional(),
  pid: z.string().optional(),
  /** Its four bytes in the order of the host that wrote it, which is the low one first on all that Mesos runs on. */
  ip: z.number().int().min(0).max(0xffff_ffff).optional(),
  port: z.number().int().min(1).max(65_535).default(DEFAULT_PORT),
});

const unpacked = (ip: number): string => [0, 8, 16, 24].map((bits) => (ip >>> bits) & 0xff).join('.');

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no MasterInfo either: the schema says so.
    return undefined;
  }
};

/** MasterInfo as a master writes it into ZooKeeper: 'ip:port', where it is reached. Undefined: that is none, or has no address. */
export const placeOfMaster = (text: string): string | undefined => {
  const { data } = infoSchema.safeParse(parse(text));
  if (data === undefined) return undefined;
  const host = canonicalIp(data.address?.ip ?? '');
  if (host !== undefined) return placeText({ host, port: data.address?.port ?? data.port });
  const pid = data.pid === undefined ? undefined : parsePid(data.pid);
  if (pid !== undefined && canonicalIp(pid.host) !== undefined) return placeText(pid);
  return data.ip === undefined ? undefined : placeText({ host: unpacked(data.ip), port: data.port });
};

const JSON_NODE = /^json\.info_(\d+)$/;
const OLD_NODE = /^info_\d+$/;

/** Candidates among the children of Mesos's path, the one that leads first: it has the lowest number. */
export const candidateNodes = (children: readonly string[]): readonly string[] =>
  children
    .filter((name) => JSON_NODE.test(name))
    .sort((one, other) => Number(JSON_NODE.exec(one)?.[1]) - Number(JSON_NODE.exec(other)?.[1]));

/** Masters before Mesos 0.24 write nothing but protobuf. */
export const isTooOld = (children: readonly string[]): boolean =>
  candidateNodes(children).length === 0 && children.some((name) => OLD_NODE.test(name));
