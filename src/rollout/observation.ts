/** A server of one app of a group, as one HAProxy has it. Of all of its workers where they are many. */
export interface ServerObservation {
  readonly taskId: string;
  readonly backend: string;
  readonly server: string;
  readonly state: 'ready' | 'drain' | 'maint';
  readonly up: boolean;
  readonly weight: number;
  /** Sessions that run on it now, in old workers too, and requests that wait for it. */
  readonly sessions: number;
  readonly queued: number;
}

/** Counted since some time: they only grow, also over reloads. Two of them at two times make a window. */
export interface Counters {
  readonly requests: number;
  readonly errors5xx: number;
  readonly connectionErrors: number;
  /** Requests by response time: how many took at most RESPONSE_TIME_BOUNDS[i] ms, each counted once in the first that fits; the last: longer. Absent: not known. */
  readonly responseTimes?: readonly number[];
}

/** What one Sluice sees of a group in its HAProxy. */
export interface GroupObservation {
  /** Who it is: its task id, or host and pid. */
  readonly sluice: string;
  readonly at: string;
  /** Of the book that is in force there. */
  readonly revision: number;
  /** By app id. */
  readonly apps: Readonly<Record<string, { readonly servers: readonly ServerObservation[]; readonly counters: Counters }>>;
}

/** What all Sluices see. */
export interface Observations {
  readonly seen: readonly GroupObservation[];
  /** Sluices that do not answer: nothing is proved without them. */
  readonly missing: readonly { readonly sluice: string; readonly because: string }[];
}
