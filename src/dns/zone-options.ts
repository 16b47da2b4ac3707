/** Where a task's addresses are taken from (Mesos-DNS's IPSources): the first that has any counts. */
export type IpSource = 'host' | 'docker' | 'mesos' | 'netinfo';

export interface ZoneOptions {
  /** 'mesos': what all names of Mesos-DNS end in. */
  readonly domain: string;
  readonly ttlSeconds: number;
  readonly negativeTtlSeconds: number;
  /** Of the SOA and NS records: 'ns1.mesos', 'root.ns1.mesos'. */
  readonly soaMname: string;
  readonly soaRname: string;
  /** Seconds. */
  readonly soaRefresh: number;
  /** Seconds. */
  readonly soaRetry: number;
  /** Seconds. */
  readonly soaExpire: number;
  readonly ipSources: readonly IpSource[];
  readonly enforceRfc952: boolean;
  /** 0 to 65535. */
  readonly srvWeight: number;
  /** Addresses of `soaMname`, where that is within the domain. */
  readonly listenerAddresses: readonly string[];
  /** Whether names of DC/OS are served: thisdcos.directory, zk, spartan. */
  readonly dcos: boolean;
  readonly firstSerial: number;
  /** How many changed records are kept for incremental transfers (RFC 1995); absent: none. */
  readonly journalRecords?: number;
}
