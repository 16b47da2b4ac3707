import type { Freshness } from '../dns/feed-message.ts';
import { addressText } from './address.ts';
import type { DnsFacts } from './dns-responder.ts';
import type { RecordsFacts } from './records-responder.ts';

/** How a process of its own is. */
export interface ProcessStatus {
  /** null: none runs now; it is begun again. */
  readonly pid: number | null;
  /** How often it was begun again. */
  readonly restarts: number;
  /** Why it ended the last time; null: it never has. */
  readonly lastEnd: string | null;
}

/** Of Mesos, where it is asked. Times are milliseconds since 1970. */
export interface MesosStatus {
  readonly masters: readonly string[];
  readonly leader?: string;
  /** How it is heard of now; `none`: not at all, what is known stays. */
  readonly source: 'stream' | 'poll' | 'none';
  /** Absent: what is known is of an earlier life, or nothing is known. */
  readonly confirmedAtMs?: number;
  readonly servedTasks: number;
  readonly agents: number;
  readonly frameworks: number;
  /** Objects that could not be understood. */
  readonly skippedObjects: number;
  readonly lastError?: { readonly message: string; readonly atMs: number };
}

/** Of the DNS responder, as plain data. */
export interface DnsStatus {
  readonly state: Freshness['state'];
  /** How long ago it was confirmed what is answered; null: nothing is known yet. */
  readonly ageSeconds: number | null;
  readonly domain: string;
  readonly process: ProcessStatus;
  /** What the process that answers has told of itself; null: nothing yet, or none runs. */
  readonly answering: DnsFacts | null;
  /** Of the process that makes JSON of the zone; `facts` null: as above. */
  readonly records: { readonly process: ProcessStatus; readonly facts: RecordsFacts | null };
  /** null: it is not asked. */
  readonly mesos: MesosStatus | null;
  /** What an operator must know. */
  readonly problems: readonly string[];
}

/** Of the process that answers. */
export const answeringProblems = (process: ProcessStatus, facts: DnsFacts | null): readonly string[] => {
  if (process.pid === null)
    return [`DNS is not answered: its process has ended (${process.lastEnd ?? 'it does not begin'}), and is begun again`];
  return (facts?.listeners ?? []).flatMap((at) =>
    at.problem === undefined ? [] : [`DNS is not answered at ${addressText(at)}: ${at.problem}`],
  );
};

/** Of the process that makes JSON of the zone. */
export const recordsProblems = (process: ProcessStatus, facts: RecordsFacts | null): readonly string[] => {
  if (process.pid === null)
    return [
      `the REST interface of DNS is not answered: its process has ended (${process.lastEnd ?? 'it does not begin'}), and is begun again`,
    ];
  return (facts?.listeners ?? []).flatMap((at) =>
    at.problem === undefined ? [] : [`the REST interface of DNS is not answered at ${addressText(at)}: ${at.problem}`],
  );
};
