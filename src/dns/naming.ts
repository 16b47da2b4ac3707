import type { LabelRule } from './labels.ts';
import { knownName, type Name, toName } from './name.ts';
import { below } from './records/emit.ts';
import type { IpSource, ZoneOptions } from './zone-options.ts';

/** Names of DC/OS's own DNS, one for each way to reach a task. */
export interface DcosNames {
  readonly domain: Name;
  readonly agentip: Name;
  readonly autoip: Name;
  readonly containerip: Name;
}

/** What the names of all records are made with: worked out once for a zone. */
export interface Naming {
  readonly domain: Name;
  /** 'slave.mesos' */
  readonly slave: Name;
  readonly rule: LabelRule;
  readonly ipSources: readonly IpSource[];
  readonly srvWeight: number;
  /** Absent: they are not served. */
  readonly dcos?: DcosNames;
  /** Absent: outside of the domain, so its addresses are not ours to tell. */
  readonly nameServer?: Name;
  readonly listenerAddresses: readonly string[];
}

const DCOS = 'dcos.thisdcos.directory';

const dcosNames = (): DcosNames => ({
  domain: knownName(DCOS),
  agentip: knownName(`agentip.${DCOS}`),
  autoip: knownName(`autoip.${DCOS}`),
  containerip: knownName(`containerip.${DCOS}`),
});

/** @throws Error: the domain is no name */
export const namingOf = (options: ZoneOptions): Naming => {
  const domain = knownName(options.domain);
  const nameServer = toName(options.soaMname);
  return {
    domain,
    slave: below(domain, 'slave') ?? domain,
    rule: options.enforceRfc952 ? 'rfc952' : 'rfc1123',
    ipSources: options.ipSources,
    srvWeight: options.srvWeight,
    ...(options.dcos && { dcos: dcosNames() }),
    ...(nameServer?.endsWith(domain) === true && { nameServer }),
    listenerAddresses: options.listenerAddresses,
  };
};
