/** A port of a task's DiscoveryInfo, in Mesos's words. */
export interface DiscoveryPort {
  readonly number: number;
  /** 'tcp', 'udp', 'sctp', ... as it was given; '' = none was. */
  readonly protocol: string;
  /** '' = none. */
  readonly name: string;
}

/**
 * How a task counts in answers: `fit` takes traffic; `unfit` runs, but fails its checks, has not passed them yet, or is being killed: served
 * only where nothing fit is. A task that counts for nothing is not given to the zone at all.
 */
export type Fitness = 'fit' | 'unfit';

/** What the zone needs of a task, from Marathon or from Mesos: names as they are there, not as they stand in DNS. Plain data: it goes between processes. */
export interface NamedTask {
  /** No two tasks have the same: '<framework name>\n<task id>'. */
  readonly key: string;
  /** The framework's name, 'marathon'. */
  readonly framework: string;
  readonly id: string;
  readonly name: string;
  /** Absent: its DiscoveryInfo has no name. */
  readonly discovery?: { readonly name: string; readonly ports: readonly DiscoveryPort[] };
  /** Mesos's id of the agent: 'ab12-S0'. '' = unknown: then the task has no canonical name. */
  readonly agentId: string;
  /** The agent's addresses, v4 and v6; none: its name could not be resolved. */
  readonly agentAddresses: readonly string[];
  /** Addresses by source (1.6 of Mesos-DNS's rules), each as it was told; sources without any are absent. `host` is `agentAddresses`. */
  readonly addresses: { readonly netinfo?: readonly string[]; readonly docker?: readonly string[]; readonly mesos?: readonly string[] };
  /** Host ports of `resources.ports`, in order. */
  readonly hostPorts: readonly number[];
  /** Some port of its container is mapped to a host port: `autoip` is then the agent's address. */
  readonly isMapped: boolean;
  readonly fitness: Fitness;
  /** SRV weight, 0 to 65535; absent: the zone's default. */
  readonly weight?: number;
  /** Where it is from, for whoever asks why: the app's id in Marathon. */
  readonly appId?: string;
}

/** A registered framework. */
export interface NamedFramework {
  readonly name: string;
  /** Of the scheduler's host, v4 and v6. */
  readonly addresses: readonly string[];
  /** From its pid; absent: it has none. */
  readonly port?: number;
}

/** What is known of the cluster besides tasks; from Mesos, or as far as Marathon knows it. */
export interface NamedCluster {
  readonly frameworks: readonly NamedFramework[];
  /** `port`: from its pid, absent where only Marathon knows it. */
  readonly agents: readonly { readonly id: string; readonly addresses: readonly string[]; readonly port?: number }[];
  /** 'ip:port' of the leading master ('[v6]:port'); absent: not known. */
  readonly leader?: string;
  /** As configured or as ZooKeeper has them, in a stable order: 'ip:port'. */
  readonly masters: readonly string[];
}
