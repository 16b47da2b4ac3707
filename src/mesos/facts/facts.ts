import type { DiscoveryPort } from '../../dns/named-task.ts';

/** What is known of the objects of a master, the same whether its state was read or its events were. Names and addresses as they were told. */

/** Host and port of a libprocess PID: 'slave(1)@10.0.0.7:5051'. */
export interface Pid {
  /** An address without brackets, or a name. */
  readonly host: string;
  readonly port: number;
}

export interface AgentFact {
  readonly id: string;
  readonly pid: Pid;
}

export interface FrameworkFact {
  readonly id: string;
  readonly name: string;
  /** As it calls its host itself; '' = it does not. */
  readonly hostname: string;
  /** Absent: it has none, or it was not told. */
  readonly pid?: Pid;
  /** Its scheduler is there. */
  readonly isActive: boolean;
}

/** Addresses by where they were told; a list that is absent was never told. */
export interface TaskAddresses {
  readonly netinfo?: readonly string[];
  readonly docker?: readonly string[];
  readonly mesos?: readonly string[];
}

export interface TaskFact {
  readonly frameworkId: string;
  readonly id: string;
  readonly name: string;
  readonly agentId: string;
  /** TASK_RUNNING and its like. */
  readonly state: string;
  readonly discovery?: { readonly name: string; readonly ports: readonly DiscoveryPort[] };
  readonly hostPorts: readonly number[];
  readonly isMapped: boolean;
  /** It has a check of Mesos's own: until that has spoken the task is not known to be well. */
  readonly isChecked: boolean;
  /** As the newest status says; absent: none says. */
  readonly isHealthy?: boolean;
  /** Of statuses of a running task alone, the newest that has any. */
  readonly addresses: TaskAddresses;
}

/** Which run of which master it is from: a master has a new id whenever its process begins. */
export interface MasterIdentity {
  readonly id: string;
  /** Seconds since 1970; absent: it does not tell. */
  readonly electedTime?: number;
}

/** All that a master has. */
export interface WholeFacts {
  readonly agents: readonly AgentFact[];
  readonly frameworks: readonly FrameworkFact[];
  readonly tasks: readonly TaskFact[];
  /** Ids of agents that this master knows from its predecessor, and has not heard of yet. */
  readonly recoveredAgents: readonly string[];
  /** 'ip:port'; absent: not told. */
  readonly leader?: string;
  readonly identity?: MasterIdentity;
  /** Objects that could not be understood, and are left out. */
  readonly skipped: number;
}

export const isSameMaster = (one: MasterIdentity | undefined, other: MasterIdentity | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  one.id === other.id &&
  (one.electedTime === undefined || other.electedTime === undefined || one.electedTime === other.electedTime);
