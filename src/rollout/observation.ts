/** First response times in ms of buckets from 10 to 99; times 10 from 100 to 999, and so on: each an eighth longer than the one before, or less. */
const STEPS = [10, 11, 12, 13, 15, 17, 19, 21, 24, 27, 30, 34, 38, 43, 48, 54, 61, 68, 76, 85, 95];
const SCALES = [1, 10, 100, 1000];

/** In ms, rising, up to 99.999 s: to the millisecond below 10 ms, then fine enough to tell apart what differs by an eighth. */
export const RESPONSE_TIME_BOUNDS: readonly number[] = [
  ...Array.from({ length: 10 }, (_, ms) => ms),
  ...SCALES.flatMap((scale) => [...STEPS.slice(1), 100].map((step) => step * scale - 1)),
];

export const SERVER_STATES = ['ready', 'drain', 'maint', 'absent'] as const;

/** A server of one app of a group, as one HAProxy has it. Of all of its workers where they are many. */
export interface ServerObservation {
  readonly taskId: string;
  readonly backend: string;
  readonly server: string;
  /** absent: HAProxy has no such server at the moment. */
  readonly state: (typeof SERVER_STATES)[number];
  readonly up: boolean;
  readonly weight: number;
  /** Sessions that run on it now, in old workers too, and requests that wait for it. */
  readonly sessions: number;
  readonly queued: number;
}

/** Counted since some time: they only grow, also over reloads; not when Sluice begins anew. Two of them at two times make a window. */
export interface Counters {
  /** That were answered, and tries that were not: `connectionErrors` are among them. Of a tcp port connections. */
  readonly requests: number;
  /** Answered so by the app itself. */
  readonly errors5xx: number;
  /** Tries of a connection that failed, whether another one was made elsewhere or not, and answers that broke off. */
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
