import { knownName, type Name, ROOT } from './name.ts';
import { type Rdata } from './record.ts';
import { PRIVATE_REVERSE_ZONES } from './reverse.ts';
import type { ZoneOptions } from './zone-options.ts';

const DCOS_ZONES: readonly Name[] = ['dcos.thisdcos.directory', 'l4lb.thisdcos.directory', 'thisdcos.directory', 'zk', 'spartan'].map(
  knownName,
);

/** What is ours whatever is in it. @throws Error: the domain is no name, or the root */
export const fixedApexes = (options: ZoneOptions): readonly Name[] => {
  const domain = knownName(options.domain);
  if (domain === ROOT) throw new Error('the root cannot be the domain');
  return [...new Set([domain, knownName('localhost'), ...(options.dcos ? DCOS_ZONES : []), ...PRIVATE_REVERSE_ZONES])];
};

const uint32 = (value: number): string =>
  String.fromCharCode((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

/** RFC 1035, 3.3.13; the last field is how long it is believed that there is nothing (RFC 2308). @throws Error: a name of the options is none */
export const soaData = (options: ZoneOptions, serial: number): Rdata =>
  knownName(options.soaMname) +
  knownName(options.soaRname) +
  [serial, options.soaRefresh, options.soaRetry, options.soaExpire, options.negativeTtlSeconds].map(uint32).join('');
