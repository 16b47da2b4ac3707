import type { Fitness } from '../named-task.ts';

/** Who gives a record. */
export type Source =
  | {
      readonly kind: 'task';
      readonly id: string;
      /** As Mesos has it: 'marathon'. */
      readonly framework: string;
      /** Marathon's; absent: it is not known to be of an app. */
      readonly appId?: string;
      /** '' = not known. */
      readonly agentId: string;
      readonly fitness: Fitness;
    }
  /** What is known of masters, agents and frameworks. */
  | { readonly kind: 'cluster' }
  /** The file of static records. */
  | { readonly kind: 'file' }
  /** What each zone has of itself: SOA, NS, its name server's addresses. */
  | { readonly kind: 'zone' };

export interface ExplainedRecord {
  /** 'web-prod.marathon.mesos.' */
  readonly name: string;
  /** 'SRV' */
  readonly type: string;
  /** As a zone file has it: '0 1 31010 web-prod-tsx79-s0.marathon.mesos.' */
  readonly data: string;
  /** False: only tasks that are not fit give it, and others that are fit have the name too; or it gives way to a better one. */
  readonly served: boolean;
  readonly from: readonly Source[];
}

/** Why there is nothing of a name and a type. */
export type MissingReason =
  /** In no zone of ours: the question goes to other servers, or is refused. */
  | 'not-ours'
  /** The name has records of other types. */
  | 'other-type'
  /** Only names below it have any. */
  | 'only-below'
  /** A master's name, and it is not known who the masters are. */
  | 'no-masters'
  | 'no-such-framework'
  | 'no-such-task'
  /** The task is there, and not with that port or protocol. */
  | 'no-such-port'
  /** The name of one task, which is not there any more. */
  | 'no-such-instance'
  | 'no-such-name';

export interface Missing {
  readonly because: MissingReason;
  /** In words, what to do in them. */
  readonly message: string;
  /** Names that there are, which may have been meant, the likeliest first. */
  readonly nearest: readonly string[];
  /** How the name was understood; absent: not as that of a task. */
  readonly task?: { readonly name: string; readonly framework: string };
}

export interface Explanation {
  /** 'web-prod.marathon.mesos.', as it was asked for. */
  readonly name: string;
  readonly type: string;
  /** The zone that it is in: 'mesos.'; absent: in none. */
  readonly zone?: string;
  /** Of that name, of all types, whether or not they are served. Wildcards' and aliases' among them. */
  readonly records: readonly ExplainedRecord[];
  /** Absent: there is an answer. */
  readonly missing?: Missing;
}
